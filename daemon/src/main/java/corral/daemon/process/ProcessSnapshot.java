package corral.daemon.process;

import corral.daemon.config.ProcessConfig;

/**
 * What is known of a process at one moment (spec/supervisor.md 4.3, getProcessInfo).
 *
 * @param group name of its group
 * @param config its configuration
 * @param startEpochMs last start, ms since the epoch; 0 for never
 * @param stopEpochMs last exit or stop, ms since the epoch; 0 for never
 * @param nowEpochMs when the snapshot was taken
 * @param exitStatus 0 while running or never run, -1 after death by a signal
 * @param pid 0 when there is none
 * @param spawnError why the last start failed; empty for none
 * @param description text of the status column (spec/supervisor.md 3.7)
 * @param stdoutLog file of stdout, empty for none; AUTO names are resolved
 * @param stderrLog file of stderr, empty for none
 * @param restarts how often it was launched again without anybody's asking
 */
public record ProcessSnapshot(
        String group,
        ProcessConfig config,
        State state,
        long startEpochMs,
        long stopEpochMs,
        long nowEpochMs,
        int exitStatus,
        int pid,
        String spawnError,
        String description,
        String stdoutLog,
        String stderrLog,
        int restarts) {

    /** The process name without its group. */
    public String name() {
        return config.name();
    }
}
