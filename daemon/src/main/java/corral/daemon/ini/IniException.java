package corral.daemon.ini;

/** A file cannot be read as configuration; the message is Supervisor's. Expected; carries no stack trace. */
public final class IniException extends Exception {
    private static final long serialVersionUID = 1L;

    IniException(String message) {
        super(message, null, false, false);
    }
}
