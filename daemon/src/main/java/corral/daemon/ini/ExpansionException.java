package corral.daemon.ini;

/** A value could not be expanded; the message is Supervisor's (spec/supervisor.md 1.3). Carries no stack trace. */
public final class ExpansionException extends Exception {
    private static final long serialVersionUID = 1L;

    ExpansionException(String message) {
        super(message, null, false, false);
    }
}
