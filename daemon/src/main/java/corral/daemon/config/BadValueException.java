package corral.daemon.config;

/** A value is not of its type; the message is Supervisor's (spec/supervisor.md 1.2). Carries no stack trace. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
        super(message, null, false, false);
    }
}
