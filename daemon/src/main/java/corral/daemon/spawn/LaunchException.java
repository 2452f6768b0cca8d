package corral.daemon.spawn;

import corral.daemon.os.OsException;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child cannot be launched; the message is Supervisor's (spec/supervisor.md 3.3). Expected; carries no stack trace. */
final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;

    private final Refusal refusal;

    LaunchException(Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    static LaunchException notExecutable(String message) {
        return new LaunchException(Refusal.NOT_EXECUTABLE, message);
    }

    /** The FIFOs of a process or its logs cannot be opened. */
    static LaunchException withoutStdio(String name, OsException why) {
        if (why.errno() == EMFILE || why.errno() == ENFILE) {
            return notExecutable("too many open files to spawn '" + name + "'");
        }
        if (why.step().equals("mkfifo")) {
            return notExecutable("the runtime directory cannot be used to spawn '" + name + "': " + why.getMessage());
        }
        log.error("logs or pipes of '{}' cannot be opened: {}", name, why.getMessage());
        return notExecutable("unknown error making dispatchers for '" + name + "': " + why.errnoName() + " ("
                + why.getMessage() + ")");
    }

    /** What a client that asked for the start is told. */
    RefusedException asRefusal() {
        return new RefusedException(refusal, getMessage());
    }
}
