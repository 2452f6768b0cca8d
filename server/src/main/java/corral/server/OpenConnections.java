package corral.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many clients are connected, and the wait for the last of them. Any thread. */
final class OpenConnections {
    private final int limit;
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch none = new CountDownLatch(1);
    private volatile boolean awaited;

    /** @param limit how many there may be, 0 for no limit */
    OpenConnections(int limit) {
        this.limit = limit;
    }

    int count() {
        return open.get();
    }

    boolean limited() {
        return limit > 0;
    }

    /** Another one; true if there may be no more now. */
    boolean add() {
        return open.incrementAndGet() >= limit && limited();
    }

    void remove() {
        if (open.decrementAndGet() == 0 && awaited) {
            none.countDown();
        }
    }

    /**
     * Waits for the last one. No new ones may come any more.
     *
     * @return false if some are left when the time is up
     */
    boolean awaitNone(long ms) throws InterruptedException {
        awaited = true;
        if (open.get() == 0) {
            none.countDown();
        }
        return none.await(ms, TimeUnit.MILLISECONDS);
    }

    /** Nobody waits any longer. */
    void giveUp() {
        none.countDown();
    }
}
