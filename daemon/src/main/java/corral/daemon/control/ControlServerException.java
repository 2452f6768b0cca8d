package corral.daemon.control;

/** A control server could not be opened. The message is for the operator, in Supervisor's words where it has some. */
public final class ControlServerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The address is taken by a live server. */
    static final String ALREADY_LISTENING =
            "Another program is already listening on a port that one of our HTTP servers is configured to use.  "
                    + "Shut this program down first before starting supervisord.";

    /** A failure with a cause of the operating system, or none. */
    public ControlServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
