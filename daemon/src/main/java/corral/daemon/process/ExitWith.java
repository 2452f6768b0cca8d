package corral.daemon.process;

import corral.daemon.config.DependencyNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code exit_with}: ends the daemon when one process has exited and is not to be started again, with the status of that process. One
 * that a client stops has not exited by itself, so that it can be restarted. Loop thread.
 */
final class ExitWith {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** What shells add to the number of a deadly signal. */
    private static final int BY_SIGNAL = 128;

    private final Supervisor supervisor;
    private Supplier<Optional<String>> name = Optional::empty;

    ExitWith(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    void name(Supplier<Optional<String>> process) {
        name = process;
    }

    /** A process that has its name in its group is in another state. */
    void onTransition(ManagedProcess process, Transition transition) {
        if (supervisor.state() != SupervisorState.RUNNING
                || name.get().filter(wanted -> means(wanted, process)).isEmpty()) {
            return;
        }
        switch (transition.to()) {
            case EXITED -> {
                if (!process.config().autorestart().isDue(transition.expected())) {
                    end(process, process.lastExit().text(), status(process.lastExit()));
                }
            }
            case FATAL -> end(process, "cannot be started", process.failureStatus());
            case STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, UNKNOWN -> {}
        }
    }

    private boolean means(String wanted, ManagedProcess process) {
        List<String> groups =
                supervisor.groups().stream().map(ProcessGroup::name).toList();
        return DependencyNames.means(wanted, groups, process.group(), process.config());
    }

    /** As a shell would say it; 1 where the kernel did not say. */
    static int status(ExitStatus exit) {
        if (exit.signal() > 0) {
            return BY_SIGNAL + exit.signal();
        }
        return exit.code() < 0 ? 1 : exit.code();
    }

    private void end(ManagedProcess process, String how, int status) {
        log.warn(
                "'{}' has ended ({}) and exit_with names it: shutting down with exit status {}",
                process.namespec(),
                how,
                status);
        // Posted: the process is still inside its own event.
        supervisor.ports().loop().post("end of the daemon", () -> supervisor.shutdown(status));
    }
}
