package corral.server.access;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries from event loops and hands them to sinks on a thread of its own, many at a time. While requests come, that thread looks every
 * few milliseconds and nobody has to wake it. When {@link #LIMIT} entries wait, because the disk is too slow, the event loop handles its
 * entry itself: it is late then, but nothing is lost and memory is bounded.
 */
final class AccessWriter implements AccessLog {
    /** Entries that may wait. */
    static final int LIMIT = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(AccessWriter.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<EntrySink> sinks;
    private final boolean wantsResponseHeaders;
    private final Queue<AccessEntry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    /** Held by whoever uses the sinks. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean reopening;
    private volatile boolean closing;

    AccessWriter(List<EntrySink> sinks, boolean wantsResponseHeaders) {
        this.sinks = List.copyOf(sinks);
        this.wantsResponseHeaders = wantsResponseHeaders;
        thread = new Thread(null, this::run, "access-log");
        thread.setDaemon(true);
    }

    AccessWriter start() {
        thread.start();
        return this;
    }

    @Override
    public boolean enabled() {
        return true;
    }

    @Override
    public boolean wantsResponseHeaders() {
        return wantsResponseHeaders;
    }

    @Override
    public void log(AccessEntry entry) {
        if (waiting.get() >= LIMIT) {
            handle(entry);
            return;
        }
        waiting.incrementAndGet();
        queue.add(entry);
        if (asleep) {
            wake();
        }
    }

    private void handle(AccessEntry entry) {
        turn.lock();
        try {
            for (EntrySink sink : sinks) {
                sink.accept(entry);
                sink.flush();
            }
        } finally {
            turn.unlock();
        }
    }

    private void wake() {
        asleep = false;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closing) {
            if (round()) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            } else {
                asleep = true;
                // Whoever comes after this line sees asleep; who came before is seen here.
                if (queue.isEmpty() && !reopening && !closing) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }

    /** Handles all that waits; whether there was anything. */
    private boolean round() {
        boolean any = false;
        turn.lock();
        try {
            if (reopening) {
                reopening = false;
                sinks.forEach(EntrySink::reopen);
            }
            for (AccessEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
                any = true;
                waiting.decrementAndGet();
                for (EntrySink sink : sinks) {
                    sink.accept(entry);
                }
            }
            sinks.forEach(EntrySink::flush);
        } catch (RuntimeException e) {
            LOG.error("an entry of the access log cannot be written", e);
        } finally {
            turn.unlock();
        }
        return any;
    }

    @Override
    public void reopen() {
        reopening = true;
        wake();
    }

    @Override
    public void close() {
        closing = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        round();
        sinks.forEach(EntrySink::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
