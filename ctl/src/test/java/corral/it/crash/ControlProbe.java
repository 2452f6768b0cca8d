package corral.it.crash;

import corral.it.RunningDaemon;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Asks a daemon something all the time, on a new connection each time, and notes how long it takes. */
final class ControlProbe implements AutoCloseable {
    private static final long PAUSE_NS = 10_000_000;

    private final RunningDaemon daemon;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<Double> seconds = Collections.synchronizedList(new ArrayList<>());
    private final List<String> reasons = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = new Thread(this::run, "control probe");

    ControlProbe(RunningDaemon daemon) {
        this.daemon = daemon;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!over.get()) {
            long from = System.nanoTime();
            try {
                daemon.rpc("supervisor.getState");
                seconds.add((System.nanoTime() - from) / 1e9);
            } catch (RuntimeException e) {
                refused.incrementAndGet();
                reasons.add(e.toString());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** Questions that were not answered, whatever the reason. */
    int refused() {
        return refused.get();
    }

    int answered() {
        return seconds.size();
    }

    double longest() {
        synchronized (seconds) {
            return seconds.isEmpty() ? 0 : Collections.max(seconds);
        }
    }

    List<String> reasons() {
        return List.copyOf(reasons);
    }

    @Override
    public void close() {
        over.set(true);
        try {
            thread.join(70_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
