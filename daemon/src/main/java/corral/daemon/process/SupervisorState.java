package corral.daemon.process;

/** State of the daemon itself (spec/supervisor.md 3.1). */
public enum SupervisorState {
    FATAL(2),
    RUNNING(1),
    RESTARTING(0),
    SHUTDOWN(-1);

    private final int code;

    SupervisorState(int code) {
        this.code = code;
    }

    /** The number that clients see. */
    public int code() {
        return code;
    }
}
