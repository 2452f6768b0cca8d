package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a process that is ready gives signs of life: else it is aborted, so that it writes down where it is stuck, and
 * killed soon after. Loop thread.
 */
final class Watchdog {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    /** What a process that is stuck has to write down where, in seconds. */
    private static final int ABORT_SECS = 2;

    private final Ports ports;
    private final String group;
    private final ProcessConfig config;
    private final ProcessSignals signals;
    private boolean aborting;
    /** Grows with each sign of life, and with all else after which an earlier suspicion means nothing. */
    private long signs;

    private long lostNs;

    Watchdog(Ports ports, String group, ProcessConfig config, ProcessSignals signals) {
        this.ports = ports;
        this.group = group;
        this.config = config;
        this.signals = signals;
    }

    /** Another launch: nobody is stuck yet. */
    void begin() {
        aborting = false;
    }

    /** A sign of life, of which READY is the first. */
    void feed() {
        int seconds = config.additions().watchdogSecs();
        if (seconds > 0 && !aborting) {
            signs++;
            lostNs = ports.loop().lostNs();
            deadline(seconds, this::onSilence);
        }
    }

    /** The process is not RUNNING any more. */
    void cancel() {
        signs++;
        ports.loop().cancel(this);
    }

    /** It may have spoken while nobody listened, or have been stopped together with the daemon. */
    private void onSilence() {
        if (ports.loop().lostNs() != lostNs) {
            feed();
            return;
        }
        long before = signs;
        ports.outputs().drain(group, config.name(), () -> {
            if (signs == before) {
                onStuck();
            }
        });
    }

    private void onStuck() {
        aborting = true;
        log.error(
                "WORKER TIMEOUT (pid:{}): '{}' gave no sign of life for {} seconds",
                signals.pid(),
                config.name(),
                config.additions().watchdogSecs());
        deadline(ABORT_SECS, this::onStillStuck);
        signals.send(SIGABRT, false);
    }

    private void onStillStuck() {
        log.warn("killing '{}' ({}) with SIGKILL", config.name(), signals.pid());
        signals.send(SIGKILL, config.killasgroup());
    }

    private void deadline(int seconds, Runnable event) {
        long atNs = ports.loop().nowNs() + TimeUnit.SECONDS.toNanos(seconds);
        ports.loop().at(this, atNs, "watchdog of " + config.name(), event);
    }
}
