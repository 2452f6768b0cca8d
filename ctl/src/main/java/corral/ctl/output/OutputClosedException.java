package corral.ctl.output;

/** Whoever read the output has gone, as {@code head} does; there is nobody left to tell. */
public final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The failed write. */
    public OutputClosedException(Throwable cause) {
        super(cause);
    }
}
