package corral.server.access;

/** Makes a line of a finished request. On the log's thread, one call at a time. */
interface LineFormat {
    /** Appends the line without its end. */
    void append(StringBuilder out, AccessEntry entry);

    /** Whether it needs the headers of responses. */
    default boolean wantsResponseHeaders() {
        return false;
    }
}
