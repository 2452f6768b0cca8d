package corral.daemon.config;

/** Where one output stream of a child goes (spec/supervisor.md 1.2, child log). */
public sealed interface LogTarget {

    /** A file in {@code childlogdir} whose name corral makes up when the group is added. */
    record Auto() implements LogTarget {}

    /** No file. */
    record None() implements LogTarget {}

    /** The file as written in the configuration, expanded; special files such as /dev/stdout are ordinary paths. */
    record File(String path) implements LogTarget {}
}
