package corral.daemon.process;

/** Supervisor's process states and their codes (spec/supervisor.md 3.1). */
public enum State {
    /** Not running: never started, or stopped on request. */
    STOPPED(0),
    /** Being launched, or up for less than startsecs. */
    STARTING(10),
    /** Up for longer than startsecs. */
    RUNNING(20),
    /** Died too quickly; waits for the next attempt. */
    BACKOFF(30),
    /** Asked to stop, not yet reaped. */
    STOPPING(40),
    /** Exited from RUNNING by itself. */
    EXITED(100),
    /** Gave up after startretries. */
    FATAL(200),
    /** Could not be signalled: nothing is known about it any more. */
    UNKNOWN(1000);

    private final int code;

    State(int code) {
        this.code = code;
    }

    /** The number that clients see. */
    public int code() {
        return code;
    }

    /** STOPPED, EXITED, FATAL or UNKNOWN: removable. */
    public boolean isStopped() {
        return switch (this) {
            case STOPPED, EXITED, FATAL, UNKNOWN -> true;
            case STARTING, RUNNING, BACKOFF, STOPPING -> false;
        };
    }

    /** STARTING, RUNNING or BACKOFF: a start is refused, a stop is allowed. */
    public boolean isRunning() {
        return switch (this) {
            case STARTING, RUNNING, BACKOFF -> true;
            case STOPPED, STOPPING, EXITED, FATAL, UNKNOWN -> false;
        };
    }

    /** STARTING, RUNNING or STOPPING: a signal can be sent. */
    public boolean isSignallable() {
        return switch (this) {
            case STARTING, RUNNING, STOPPING -> true;
            case STOPPED, BACKOFF, EXITED, FATAL, UNKNOWN -> false;
        };
    }
}
