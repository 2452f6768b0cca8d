package corral.daemon;

/** Exit statuses of corrald (spec/supervisor.md 6.3). */
final class ExitCode {
    /** Every orderly shutdown. */
    static final int OK = 0;
    /** Something that nobody has thought of. */
    static final int FAILURE = 1;
    /** Wrong options, a wrong configuration, a port in use. */
    static final int USAGE = 2;

    private ExitCode() {}
}
