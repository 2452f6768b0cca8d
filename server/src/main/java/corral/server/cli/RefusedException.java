package corral.server.cli;

/** The command line ends here: text for the terminal, and the exit status. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status exit status, 0-255
     * @param message lines for stderr without the last line's end; empty when everything was said
     */
    RefusedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Exit status. */
    int status() {
        return status;
    }
}
