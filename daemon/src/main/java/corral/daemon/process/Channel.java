package corral.daemon.process;

/** An output stream of a child. */
public enum Channel {
    STDOUT,
    STDERR
}
