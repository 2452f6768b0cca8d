package corral.daemon.process;

import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The signals to one process; of one that cannot be sent its owner hears. Loop thread. */
final class ProcessSignals {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Signals target;
    private final String name;
    private final IntSupplier pid;
    private final IntConsumer onLost;

    /**
     * Signals to the process that has a pid now.
     *
     * @param onLost hears the signal that could not be sent, by which nothing is known about the process any more
     */
    ProcessSignals(Signals target, String name, IntSupplier pid, IntConsumer onLost) {
        this.target = target;
        this.name = name;
        this.pid = pid;
        this.onLost = onLost;
    }

    /** Whom they go to, 0 for nobody. */
    int pid() {
        return pid.getAsInt();
    }

    /** Asks or makes it end. */
    void send(int signal, boolean toGroup) {
        log.debug(
                "killing {} (pid {}) {}with signal {}",
                name,
                pid(),
                toGroup ? "process group " : "",
                SignalName.of(signal));
        switch (target.send(pid(), toGroup, signal)) {
            case SENT -> {}
            case NO_SUCH_PROCESS ->
                log.debug("unable to signal {} (pid {}), it probably just exited on its own", name, pid());
            case FAILED -> onLost.accept(signal);
        }
    }

    /** Passes a client's signal on to the pid alone; false if that failed. */
    boolean pass(int signal) {
        log.debug("sending {} (pid {}) sig {}", name, pid(), SignalName.of(signal));
        if (target.send(pid(), false, signal) == Signals.Result.FAILED) {
            onLost.accept(signal);
            return false;
        }
        return true;
    }
}
