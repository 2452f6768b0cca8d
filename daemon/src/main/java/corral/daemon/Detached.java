package corral.daemon;

import corral.daemon.os.Detacher;
import corral.daemon.os.OsException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * The daemon in the background. A JVM cannot fork, so corrald launches itself again in a new session and waits until that one
 * says that it answers or why it does not.
 */
final class Detached {
    /** In the environment of the one in the background: the descriptor on which it reports. */
    static final String READY_FD = "CORRALD_READY_FD";

    private final Detacher detacher;
    private final Optional<Integer> readyFd;

    Detached(Detacher detacher, Map<String, String> environment) {
        this.detacher = detacher;
        this.readyFd = Optional.ofNullable(environment.get(READY_FD)).map(Integer::valueOf);
        readyFd.ifPresent(detacher::keepFromChildren);
    }

    /** Whether this is the one in the background. */
    boolean isBackground() {
        return readyFd.isPresent();
    }

    /** Launches the one in the background; exit status of this one. */
    int launch(PrintStream err) throws OsException {
        String report = detacher.launchAndAwait(READY_FD);
        if (report.equals("OK")) {
            return 0;
        }
        err.println(report.isEmpty() ? "Error: corrald ended before it answered" : report);
        return ExitCode.USAGE;
    }

    /** In the background: all is well, the one in front may go, and so may the terminal. */
    void ready() {
        if (readyFd.isPresent()) {
            detacher.report(readyFd.get(), "OK");
            detacher.redirectToNull(2);
        }
    }

    /** In the background: says why it ends. */
    void failed(String message) {
        readyFd.ifPresent(fd -> detacher.report(fd, message));
    }
}
