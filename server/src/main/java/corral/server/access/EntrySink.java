package corral.server.access;

/** What becomes of finished requests. One call at a time. */
interface EntrySink {
    /** Takes one; may keep it back until {@link #flush}. */
    void accept(AccessEntry entry);

    /** Writes what was kept back. */
    default void flush() {}

    /** Opens its file again. */
    default void reopen() {}

    /** Writes what was kept back and lets go of everything. */
    default void close() {
        flush();
    }
}
