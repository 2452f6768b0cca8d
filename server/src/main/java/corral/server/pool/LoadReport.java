package corral.server.pool;

import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says each second how long requests wait and how busy workers are, if that has changed. On the first event loop. */
public final class LoadReport implements AutoCloseable {
    private static final long SAMPLE_MS = 50;
    private static final int SAMPLES = 20;

    private final WorkerPool pool;
    private final Consumer<String> told;
    private final Future<?> timer;
    private int samples;
    private double busy;
    private String last = "";

    private LoadReport(WorkerPool pool, Consumer<String> told) {
        this.pool = pool;
        this.told = told;
        timer = pool.loop(0).eventLoop().scheduleAtFixedRate(this::sample, SAMPLE_MS, SAMPLE_MS, TimeUnit.MILLISECONDS);
    }

    /** Begins; told gets lines such as {@code X_CORRAL_LOAD=queue_ms=12 waiting=3 busy=0.83 workers=4}. Any thread. */
    public static LoadReport start(WorkerPool pool, Consumer<String> told) {
        return new LoadReport(pool, told);
    }

    private void sample() {
        busy += pool.busy();
        samples++;
        if (samples == SAMPLES) {
            report();
            samples = 0;
            busy = 0;
        }
    }

    private void report() {
        String line = String.format(
                Locale.ROOT,
                "X_CORRAL_LOAD=queue_ms=%d waiting=%d busy=%.2f workers=%d",
                TimeUnit.NANOSECONDS.toMillis(pool.takeLongestWait()),
                pool.waiting().get(),
                busy / samples,
                pool.workersThatStay());
        if (!line.equals(last)) {
            last = line;
            told.accept(line);
        }
    }

    /** Ends it. Any thread. */
    @Override
    public void close() {
        timer.cancel(false);
    }
}
