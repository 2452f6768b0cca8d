package corral.ctl;

/** The command line or the configuration is wrong. Expected; carries no stack trace. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message, null, false, false);
    }
}
