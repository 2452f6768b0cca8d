package corral.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import corral.daemon.config.LogLevel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Hands each line to a writer thread through a bounded queue. When that is full, because the writer hangs on a disk or a
 * terminal, lines are counted instead: nobody who logs ever waits, the supervision loop least of all.
 */
final class ActivityAppender extends AppenderBase<ILoggingEvent> {
    private static final int LIMIT = 65_536;
    private static final long RETRY_MS = 1000;

    private sealed interface Item {}

    private record Line(String text) implements Item {}

    private record Request(Consumer<LogSinks> work, CountDownLatch done) implements Item {}

    private record End(CountDownLatch done) implements Item {}

    private final LogLevel level;
    private final LogSinks sinks;
    private final LineFormat format = new LineFormat();
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(LIMIT);
    private final AtomicLong dropped = new AtomicLong();

    ActivityAppender(LogLevel level, LogSinks sinks) {
        this.level = level;
        this.sinks = sinks;
        setName("activity");
    }

    @Override
    public void start() {
        super.start();
        Thread thread = new Thread(null, this::run, "activity-log");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        // AppenderBase serialises calls, so the formatter has one user at a time.
        if (Severity.passes(level, event)) {
            if (!queue.offer(new Line(format.format(event)))) {
                dropped.incrementAndGet();
            }
        }
    }

    /** Runs something on the writer thread after all lines so far, and waits for it. */
    void request(Consumer<LogSinks> work) {
        if (!isStarted()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        put(new Request(work, done));
        await(done);
    }

    @Override
    public void stop() {
        if (isStarted()) {
            super.stop();
            CountDownLatch done = new CountDownLatch(1);
            put(new End(done));
            await(done);
        }
    }

    private void run() {
        while (true) {
            Item item = take();
            if (item == null) {
                sinks.retry();
            } else if (item instanceof Line line) {
                sinks.write(line.text());
                sayDropped();
                if (queue.isEmpty()) {
                    sinks.flush();
                }
            } else if (item instanceof Request request) {
                request.work().accept(sinks);
                request.done().countDown();
            } else if (item instanceof End end) {
                sinks.close();
                end.done().countDown();
                return;
            }
        }
    }

    private void sayDropped() {
        long lines = dropped.getAndSet(0);
        if (lines > 0) {
            sinks.write(LineFormat.warning(
                    System.currentTimeMillis(), "the activity log could not keep up, " + lines + " lines were lost"));
        }
    }

    /** Null when it is time to try again what could not be written. */
    private Item take() {
        while (true) {
            try {
                return sinks.isWaiting() ? queue.poll(RETRY_MS, TimeUnit.MILLISECONDS) : queue.take();
            } catch (InterruptedException e) {
                // Only End ends the writer.
            }
        }
    }

    private void put(Item item) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(item);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
