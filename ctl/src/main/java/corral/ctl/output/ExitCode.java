package corral.ctl.output;

/** Exit codes of the command line, after the Linux Standard Base (spec/supervisor.md 5.2, 5.3). */
public final class ExitCode {
    /** All went well. */
    public static final int SUCCESS = 0;

    /** Any failure without a code of its own. */
    public static final int GENERIC = 1;

    /** The command line or the configuration is wrong. */
    public static final int USAGE = 2;

    /** The daemon lacks the supervisor namespace. */
    public static final int UNIMPLEMENTED = 3;

    /** Of {@code status} only: something shown does not run. */
    public static final int STATUS_NOT_RUNNING = 3;

    /** Nobody listens at the daemon's address. */
    public static final int REFUSED = 4;

    /** Of {@code status} only: the daemon or a name is unknown. */
    public static final int STATUS_UNKNOWN = 4;

    /** The daemon speaks another version of the API. */
    public static final int WRONG_VERSION = 5;

    /** The process, or the daemon's socket, is not there. */
    public static final int NOT_RUNNING = 7;

    private ExitCode() {}
}
