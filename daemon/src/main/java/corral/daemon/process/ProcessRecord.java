package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.Optional;

/**
 * What the next daemon must know of a process to go on with it. Monotonic times are those of the machine (CLOCK_MONOTONIC), which outlive
 * the daemon.
 *
 * @param instance number of this object among all that its daemon and those before it had
 * @param group the group's name
 * @param config what it runs with
 * @param logs where its output goes
 * @param state the state
 * @param launch its last launch
 * @param past what has happened to it
 * @param restart when it starts again by itself
 * @param stop how it is being stopped
 */
public record ProcessRecord(
        int instance,
        String group,
        ProcessConfig config,
        LogPaths logs,
        State state,
        Launch launch,
        Past past,
        Restart restart,
        Stop stop) {

    /**
     * The last launch.
     *
     * @param number of the launch, 0 before the first
     * @param pid 0 when there is none, or none yet
     * @param startNs monotonic time of the launch
     * @param status what the process last said of itself, empty for nothing
     * @param failure why it has been told to end before it was ready, empty for no reason
     */
    public record Launch(int number, int pid, long startNs, String status, String failure) {

        /** None yet. */
        public static final Launch NONE = new Launch(0, 0, 0, "", "");
    }

    /**
     * What clients are told.
     *
     * @param startEpochMs wall clock, 0 for never
     * @param stopEpochMs wall clock, 0 for never
     * @param lastExit how it ended; empty while it runs
     * @param error why it does not run, empty for no reason
     * @param failureStatus exit status of the last failed start
     * @param restarts how often it was launched again without anybody's asking
     */
    public record Past(
            long startEpochMs,
            long stopEpochMs,
            Optional<ExitStatus> lastExit,
            String error,
            int failureStatus,
            int restarts) {

        /** Nothing has happened. */
        public static final Past NONE = new Past(0, 0, Optional.empty(), "", 0, 0);
    }

    /**
     * When it starts again.
     *
     * @param tries starts in a row that have failed
     * @param due whether it is about to start again, or to be given up
     * @param atNs when; monotonic
     * @param heldFor what it waits for before its launch, empty for nothing
     */
    public record Restart(int tries, boolean due, long atNs, String heldFor) {

        /** Not by itself. */
        public static final Restart NONE = new Restart(0, false, 0, "");
    }

    /**
     * How it is stopped.
     *
     * @param signalled whether it has been asked to end
     * @param killAtNs when its time is over; monotonic
     * @param handsOver whether it is asked to leave everything new to its successor
     * @param retired whether it is not to start again
     * @param leftGroup process group that it has left members in, 0 for none
     */
    public record Stop(boolean signalled, long killAtNs, boolean handsOver, boolean retired, int leftGroup) {

        /** It is not. */
        public static final Stop NONE = new Stop(false, 0, false, false, 0);
    }

    /** Its name without the group's. */
    public String name() {
        return config.name();
    }
}
