package corral.server.access;

/** The value of one {@code %(name)s} of a format. On the log's thread. */
interface Atom {
    /** Appends the value. */
    void append(StringBuilder out, AccessEntry entry);
}
