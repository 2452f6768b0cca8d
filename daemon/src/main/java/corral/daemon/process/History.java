package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What has happened to a process, as clients are told. Loop thread. */
final class History {
    /** Less is what clocks are corrected by without being set. */
    private static final long CLOCK_SET_MS = 2000;

    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
    private long startEpochMs;
    private long startNs;
    private long stopEpochMs;
    private ExitStatus lastExit;
    private String spawnError = "";
    private String note = "";
    private int restarts;

    History(String group, ProcessConfig config, LogPaths logs) {
        this.group = group;
        this.config = config;
        this.logs = logs;
    }

    /** A launch begins, now: by the wall clock and by the monotonic one. */
    void onLaunch(long epochMs, long nowNs) {
        spawnError = "";
        lastExit = null;
        startEpochMs = epochMs;
        startNs = nowNs;
    }

    /** It is about to be launched again, without anybody's asking. */
    void onRestart() {
        restarts++;
    }

    /** A start begins with waiting for something. */
    void onHeld() {
        spawnError = "";
        lastExit = null;
    }

    /** It has ended. */
    void onExit(ExitStatus status, long epochMs) {
        lastExit = status;
        stopEpochMs = epochMs;
    }

    /** The end was one of a start that failed, of which clients see no status. */
    void forgetExit() {
        lastExit = null;
    }

    /** Why the last start failed or the last exit was a bad one. */
    void failed(String reason) {
        spawnError = reason;
    }

    /** Takes over what was of the process before it, which has stopped. */
    void continues(History other) {
        startEpochMs = other.startEpochMs;
        startNs = other.startNs;
        stopEpochMs = other.stopEpochMs;
        lastExit = other.lastExit;
        spawnError = other.spawnError;
        restarts = other.restarts;
    }

    /** What is to be known of it by the next daemon. */
    ProcessRecord.Past past(int failureStatus) {
        return new ProcessRecord.Past(
                startEpochMs, stopEpochMs, Optional.ofNullable(lastExit), spawnError, failureStatus, restarts);
    }

    /** Goes on with what another daemon has known; {@code launchNs} is monotonic. */
    void resume(ProcessRecord.Past past, long launchNs) {
        startNs = launchNs;
        startEpochMs = past.startEpochMs();
        stopEpochMs = past.stopEpochMs();
        lastExit = past.lastExit().orElse(null);
        spawnError = past.error();
        restarts = past.restarts();
    }

    /** What else is to be said of it while it runs, empty for nothing. */
    void note(String text) {
        note = text;
    }

    boolean hasStarted() {
        return startEpochMs != 0;
    }

    /** How it ended; null while it runs. */
    ExitStatus lastExit() {
        return lastExit;
    }

    /** Empty for none. */
    String spawnError() {
        return spawnError;
    }

    /**
     * What is known at a moment.
     *
     * @param remark what else is to be said of it, empty for nothing
     */
    ProcessSnapshot snapshot(State state, int pid, String remark, long nowEpochMs, long nowNs) {
        if (state.isRunning()) {
            followWallClock(nowEpochMs, nowNs);
        }
        return new ProcessSnapshot(
                group,
                config,
                state,
                startEpochMs,
                stopEpochMs,
                nowEpochMs,
                lastExit == null ? 0 : lastExit.code(),
                pid,
                spawnError,
                describe(state, pid, remark, nowEpochMs),
                logs.stdout(),
                logs.stderr(),
                restarts);
    }

    /** Somebody has set the wall clock since: what runs has not been running for longer or shorter by that. */
    private void followWallClock(long nowEpochMs, long nowNs) {
        long byUptime = nowEpochMs - TimeUnit.NANOSECONDS.toMillis(nowNs - startNs);
        if (hasStarted() && Math.abs(byUptime - startEpochMs) > CLOCK_SET_MS) {
            startEpochMs = byUptime;
        }
    }

    private String describe(State state, int pid, String remark, long nowEpochMs) {
        return switch (state) {
            case RUNNING -> Description.running(pid, startEpochMs, nowEpochMs, remark, note);
            case BACKOFF, FATAL -> Description.failed(spawnError, config.name());
            case STOPPED -> Description.stopped(startEpochMs, stopEpochMs, ZoneId.systemDefault());
            case EXITED ->
                remark.isEmpty()
                        ? Description.both(
                                Description.stopped(startEpochMs, stopEpochMs, ZoneId.systemDefault()),
                                lastExit == null ? "" : lastExit.remark())
                        : remark;
            case STARTING, STOPPING, UNKNOWN -> remark;
        };
    }
}
