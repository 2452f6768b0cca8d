package corral.it.crash;

import corral.it.DaemonBuilder;
import corral.it.RunningDaemon;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One daemon after another in the same place. For one thread. */
final class Succession {
    private static final long POLL_NS = 3_000_000;
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final DaemonBuilder builder;
    private final Outages outages = new Outages();
    private RunningDaemon now;
    private long downSinceNs;
    private int killed;

    Succession(DaemonBuilder builder) {
        this.builder = builder;
        now = builder.start();
    }

    RunningDaemon now() {
        return now;
    }

    Outages outages() {
        return outages;
    }

    /** Kills the daemon, and starts the next one as soon as it is gone. */
    void kill() {
        if (killed == 0) {
            downSinceNs = System.nanoTime();
        }
        killed++;
        Process process = now.process();
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no end after SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        now = builder.launch();
    }

    /** Waits for its answer; one that ends instead is an error. */
    void awaitAnswer() {
        long limit = System.nanoTime() + PATIENCE_NS;
        while (!now.answers()) {
            if (!now.process().isAlive() || System.nanoTime() > limit) {
                throw new IllegalStateException(
                        (now.process().isAlive() ? "no answer: " : "the new one has ended: ") + now.story());
            }
            LockSupport.parkNanos(POLL_NS);
        }
        if (killed > 0) {
            outages.add(downSinceNs, System.nanoTime(), killed);
            killed = 0;
        }
    }
}
