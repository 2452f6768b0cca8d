package corral.server.access;

/** Where finished requests are reported. {@link #log} is called on event loops and never blocks; lines are made and written elsewhere. */
public interface AccessLog extends AutoCloseable {
    /** Whether entries are used at all; if not, callers need not make them. */
    boolean enabled();

    /** Whether the format names response headers, which are otherwise left out of entries. */
    boolean wantsResponseHeaders();

    /** Reports a finished request. */
    void log(AccessEntry entry);

    /** Opens its file again, after a rotation from outside. */
    void reopen();

    /** Writes what is left. Called once, not on an event loop. */
    @Override
    void close();
}
