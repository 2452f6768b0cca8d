package corral.daemon.spawn;

import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;

/** A child cannot be launched; the message is Supervisor's (spec/supervisor.md 3.3). Expected; carries no stack trace. */
final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    LaunchException(Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    static LaunchException notExecutable(String message) {
        return new LaunchException(Refusal.NOT_EXECUTABLE, message);
    }

    /** What a client that asked for the start is told. */
    RefusedException asRefusal() {
        return new RefusedException(refusal, getMessage());
    }
}
