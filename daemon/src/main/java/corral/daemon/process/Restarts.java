package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import corral.daemon.loop.Loop;
import java.util.concurrent.TimeUnit;

/** When a process starts again by itself, and how often that has failed. Loop thread. */
final class Restarts {
    private final Loop loop;
    private final ProcessConfig config;
    private int tries;
    private boolean pausing;
    private long atNs;

    Restarts(Loop loop, ProcessConfig config) {
        this.loop = loop;
        this.config = config;
    }

    /** Starts in a row that have failed. */
    int tries() {
        return tries;
    }

    /** It was up, or nobody wants it any more: what failed before does not count. */
    void forget() {
        tries = 0;
    }

    /** One more start has failed. */
    void count() {
        tries++;
    }

    /** The next start follows, or none because too many have failed. */
    void afterFailure(Runnable retry, Runnable giveUp) {
        if (tries > config.startretries()) {
            at(0, giveUp);
        } else {
            at(config.additions().backoff().delayMs(tries), retry);
        }
    }

    /** The process has ended after it was up. */
    void afterExit(Runnable restart) {
        long delayMs = config.additions().backoff().restartMs();
        if (delayMs == 0) {
            // Posted, not called: a stop or a shutdown that is already queued goes first.
            loop.post("restart " + config.name(), restart);
            return;
        }
        pausing = true;
        at(delayMs, () -> {
            pausing = false;
            restart.run();
        });
    }

    /** Whether it has exited and restarts after a pause. */
    boolean isPausing() {
        return pausing;
    }

    /** What is said of one that pauses, empty for all others. */
    String remark() {
        return pausing ? Description.restart(atNs - loop.nowNs()) : "";
    }

    /** Nothing starts by itself. */
    void cancel() {
        pausing = false;
        loop.cancel(this);
    }

    private void at(long delayMs, Runnable event) {
        atNs = loop.nowNs() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        loop.at(this, atNs, "restart " + config.name(), event);
    }
}
