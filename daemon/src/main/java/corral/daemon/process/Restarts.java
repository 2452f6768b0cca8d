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
    private boolean due;
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
        afterFailure(ms(hasFailedTooOften() ? 0 : config.additions().backoff().delayMs(tries)), retry, giveUp);
    }

    private void afterFailure(long when, Runnable retry, Runnable giveUp) {
        at(when, hasFailedTooOften() ? giveUp : retry);
    }

    private boolean hasFailedTooOften() {
        return tries > config.startretries();
    }

    /** The process has ended after it was up. */
    void afterExit(Runnable restart) {
        long delayMs = config.additions().backoff().restartMs();
        if (delayMs == 0) {
            // Posted, not called: a stop or a shutdown that is already queued goes first.
            due = true;
            atNs = loop.nowNs();
            loop.post("restart " + config.name(), restart);
            return;
        }
        pauseUntil(ms(delayMs), restart);
    }

    private void pauseUntil(long when, Runnable restart) {
        at(when, () -> {
            pausing = false;
            restart.run();
        });
        pausing = true;
    }

    /** What is to be known of it by the next daemon. */
    ProcessRecord.Restart record(String heldFor) {
        return new ProcessRecord.Restart(tries, due, due ? atNs : 0, heldFor);
    }

    /** Goes on counting where another daemon has stopped. */
    void resume(ProcessRecord.Restart other) {
        tries = other.tries();
    }

    /** The start that is due after a failure follows when it would have. */
    void resumeAfterFailure(ProcessRecord.Restart other, Runnable retry, Runnable giveUp) {
        afterFailure(other.due() ? other.atNs() : loop.nowNs(), retry, giveUp);
    }

    /** The start that is due after an exit, if one is, follows when it would have. */
    void resumeAfterExit(ProcessRecord.Restart other, Runnable restart) {
        if (other.due()) {
            pauseUntil(other.atNs(), restart);
        }
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
        due = false;
        loop.cancel(this);
    }

    private void at(long when, Runnable event) {
        due = true;
        atNs = when;
        loop.at(this, when, "restart " + config.name(), event);
    }

    private long ms(long delayMs) {
        return loop.nowNs() + TimeUnit.MILLISECONDS.toNanos(delayMs);
    }
}
