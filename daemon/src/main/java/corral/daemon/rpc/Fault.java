package corral.daemon.rpc;

/** Fault codes of the control API (spec/supervisor.md 4.2). */
public enum Fault {
    /** No such namespace or method. */
    UNKNOWN_METHOD(1),
    /** Wrong number or type of parameters. */
    INCORRECT_PARAMETERS(2),
    /** A parameter is outside its range. */
    BAD_ARGUMENTS(3),
    /** No signature is known for the method asked about. */
    SIGNATURE_UNSUPPORTED(4),
    /** The daemon is shutting down or reloading. */
    SHUTDOWN_STATE(6),
    /** No such process or group. */
    BAD_NAME(10),
    /** No such signal. */
    BAD_SIGNAL(11),
    /** A file is missing: the command, or the log. */
    NO_FILE(20),
    /** The command cannot be executed. */
    NOT_EXECUTABLE(21),
    /** Any other failure. */
    FAILED(30),
    /** The process left STARTING by something else than a spawn error. */
    ABNORMAL_TERMINATION(40),
    /** The process could not be launched, or died too quickly. */
    SPAWN_ERROR(50),
    /** The process runs already. */
    ALREADY_STARTED(60),
    /** The process does not run. */
    NOT_RUNNING(70),
    /** Not a fault: the status of a successful outcome among several. */
    SUCCESS(80),
    /** The group is active already. */
    ALREADY_ADDED(90),
    /** The group has members that are not stopped. */
    STILL_RUNNING(91),
    /** The configuration has errors. */
    CANT_REREAD(92);

    private final int code;

    Fault(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }
}
