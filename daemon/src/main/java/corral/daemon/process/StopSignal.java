package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a process to end and, when its time is over, kills it again and again. Loop thread. */
final class StopSignal {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int SIGKILL = 9;
    /** Asks a front to leave everything new to its successor. */
    private static final int SIGUSR2 = 12;

    private final Ports ports;
    private final ProcessConfig config;
    private final ProcessSignals signals;
    private long killAtNs;
    private boolean handsOver;
    private boolean sent;

    StopSignal(Ports ports, ProcessConfig config, ProcessSignals signals) {
        this.ports = ports;
        this.config = config;
        this.signals = signals;
    }

    /** When its time is or would be over if it were asked now: monotonic. */
    long deadlineFromNow() {
        return ports.loop().nowNs() + seconds(Math.max(0, config.stopwaitsecs()));
    }

    /** When it is killed; monotonic. */
    long killAtNs() {
        return killAtNs;
    }

    /** Its successor is there: a front is asked to hand over, when it is asked to end. */
    void handOver() {
        handsOver = config.additions().role().orElse(null) instanceof ServerRole.Front;
    }

    /** Asks it to end. */
    void send() {
        sent = true;
        killAtNs = deadlineFromNow();
        at(killAtNs);
        if (handsOver) {
            signals.send(SIGUSR2, false);
        } else {
            signals.send(config.stopsignal(), config.stopasgroup());
        }
    }

    /** The successor ends too: nobody is there to hand over to. */
    void hasten() {
        if (handsOver && signals.pid() != 0) {
            handsOver = false;
            if (sent) {
                signals.send(config.stopsignal(), config.stopasgroup());
            }
        }
    }

    /** It has ended, or nobody knows. */
    void cancel() {
        sent = false;
        ports.loop().cancel(this);
    }

    /** Whether it has been asked. */
    boolean isSent() {
        return sent;
    }

    /** What is to be known of it by the next daemon. */
    ProcessRecord.Stop record(boolean retired, Leftovers leftovers) {
        long killAt = leftovers.isEmpty() ? killAtNs : leftovers.killAtNs();
        return new ProcessRecord.Stop(sent, killAt, handsOver, retired, leftovers.group());
    }

    /** Goes on where another daemon has stopped. */
    void resume(ProcessRecord.Stop other) {
        handsOver = other.handsOver();
        killAtNs = other.killAtNs();
        if (other.signalled()) {
            sent = true;
            at(killAtNs);
        } else {
            send();
        }
    }

    private void kill() {
        log.warn("killing '{}' ({}) with SIGKILL", config.name(), signals.pid());
        at(ports.loop().nowNs() + seconds(Math.max(1, config.stopwaitsecs())));
        signals.send(SIGKILL, config.killasgroup());
    }

    private void at(long atNs) {
        ports.loop().at(this, atNs, "stopwait of " + config.name(), this::kill);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
