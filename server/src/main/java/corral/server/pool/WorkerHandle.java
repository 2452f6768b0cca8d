package corral.server.pool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker as all event loops see it: how busy it is and whether it takes requests. Its numbers may be read and changed by any of them. */
final class WorkerHandle {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final WorkerFacts facts;
    private final int limit;
    private final int lifetime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger assigned = new AtomicInteger();
    private final AtomicInteger links = new AtomicInteger();
    private final AtomicBoolean stopAsked = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile boolean silent;

    WorkerHandle(WorkerFacts facts, int connections, int maxRequests, int jitter) {
        this.facts = facts;
        limit = Math.min(facts.capacity() > 0 ? facts.capacity() : NO_LIMIT, connections > 0 ? connections : NO_LIMIT);
        lifetime = maxRequests > 0 ? maxRequests + ThreadLocalRandom.current().nextInt(jitter + 1) : NO_LIMIT;
    }

    WorkerFacts facts() {
        return facts;
    }

    int inFlight() {
        return inFlight.get();
    }

    boolean takesRequests() {
        return !stopping && !silent && inFlight.get() < limit;
    }

    /** Takes a place; false if another event loop was faster. */
    boolean acquire() {
        if (inFlight.incrementAndGet() > limit) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    void release() {
        inFlight.decrementAndGet();
    }

    /** Counts a request; true for the last one that it should get. */
    boolean countToLast() {
        return assigned.incrementAndGet() == lifetime;
    }

    /** No more requests for it. */
    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }

    /** True for the one who is to send STOP. */
    boolean askToStop() {
        stopping = true;
        return stopAsked.compareAndSet(false, true);
    }

    /** Whether its event loop has stopped answering. */
    void silent(boolean now) {
        silent = now;
    }

    boolean silent() {
        return silent;
    }

    void linked() {
        links.incrementAndGet();
    }

    /** True if that was its last connection. */
    boolean unlinked() {
        return links.decrementAndGet() == 0;
    }

    @Override
    public String toString() {
        return "worker " + facts.index() + " (pid " + facts.pid() + ")";
    }
}
