package corral.daemon.ini;

/** A file is not UTF-8. Expected; carries no stack trace. */
public final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    UndecodableException(String message, int line) {
        super(message, null, false, false);
        this.line = line;
    }

    /** Line of the first bad byte, 1-based. */
    public int line() {
        return line;
    }
}
