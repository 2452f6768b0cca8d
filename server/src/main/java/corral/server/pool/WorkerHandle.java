package corral.server.pool;

import corral.server.options.PoolOptions;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker as all event loops see it: how busy it is and whether it takes requests. Its numbers may be read and changed by any of them. */
final class WorkerHandle {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static final int MAX_REPORTED = 20;

    private final WorkerFacts facts;
    private final Ledger ledger;
    private final int limit;
    private final int lifetime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger assigned;
    private final AtomicInteger links = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicBoolean stopAsked = new AtomicBoolean();
    private final AtomicBoolean dueSaid = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile boolean silent;
    private volatile boolean lost;

    /**
     * @param served requests that other fronts gave it
     * @param ledger null if there is none
     */
    WorkerHandle(WorkerFacts facts, int served, Ledger ledger, PoolOptions options) {
        this.facts = facts;
        this.ledger = ledger;
        assigned = new AtomicInteger(served);
        int connections = options.workerConnections();
        limit = Math.min(facts.capacity() > 0 ? facts.capacity() : NO_LIMIT, connections > 0 ? connections : NO_LIMIT);
        lifetime = options.maxRequests() > 0
                ? options.maxRequests() + ThreadLocalRandom.current().nextInt(options.maxRequestsJitter() + 1)
                : NO_LIMIT;
    }

    /** Null if there is none. */
    Ledger ledger() {
        return ledger;
    }

    /** Which part of it is in use, 0 to 1. */
    double busy() {
        int now = inFlight.get();
        return facts.capacity() > 0 ? Math.min(1.0, (double) now / facts.capacity()) : now > 0 ? 1.0 : 0.0;
    }

    WorkerFacts facts() {
        return facts;
    }

    int inFlight() {
        return inFlight.get();
    }

    boolean takesRequests() {
        return !stopping && hasRoom();
    }

    /** Whether it could take one more, if it is not asked whether it wants to. */
    boolean hasRoom() {
        return !silent && inFlight.get() < limit;
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

    /** Counts a request; true for the one who is to say that it has had its number of them. */
    boolean countToDue() {
        return assigned.incrementAndGet() >= lifetime && dueSaid.compareAndSet(false, true);
    }

    /** No more requests for it. */
    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }

    /** One of its connections is gone, so the others will go. */
    void lose() {
        lost = true;
        stopping = true;
    }

    boolean lost() {
        return lost;
    }

    /** Counts a request that was lost with it; whether there is to be a line about it in the log. */
    boolean mayReport() {
        return held.incrementAndGet() <= MAX_REPORTED;
    }

    /** How many lost requests have no line in the log. */
    int unreported() {
        return Math.max(0, held.get() - MAX_REPORTED);
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
