package corral.server.pool;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One event loop's connections to the workers, and the requests that wait here: each goes to the least busy worker that takes requests.
 * Used on that event loop only.
 */
public final class LoopPool {
    private static final long TICK_MS = 250;

    private final WorkerPool pool;
    private final EventLoop eventLoop;
    private final int index;
    private final List<WorkerLink> links = new ArrayList<>();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final AtomicLong longestWait = new AtomicLong();
    private int turn;
    private int greeting;
    private boolean draining;

    private record Waiting(WorkerRequest request, long sinceNanos) {}

    LoopPool(WorkerPool pool, EventLoop eventLoop, int index) {
        this.pool = pool;
        this.eventLoop = eventLoop;
        this.index = index;
        eventLoop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** The event loop that this belongs to. */
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** A handler for a connection that a worker has made. */
    public ChannelHandler newLink() {
        return new WorkerLink(this);
    }

    /** Gives the request to a worker now, or when one is free, or refuses it. Its methods may be called before this returns. */
    public void dispatch(WorkerRequest request) {
        if (!pool.enter()) {
            request.onRefused(Refusal.CONCURRENCY);
            return;
        }
        if (queue.isEmpty()) {
            WorkerLink link = leastBusy();
            if (link != null) {
                link.open(request);
                return;
            }
        }
        if (pool.waiting().incrementAndGet() > pool.options().queue()) {
            pool.waiting().decrementAndGet();
            pool.exit();
            request.onRefused(Refusal.QUEUE_FULL);
        } else {
            queue.add(new Waiting(request, System.nanoTime()));
        }
    }

    /** Gives a request whose worker was lost to another one, before those that wait, and never refuses it at once. */
    public void dispatchAgain(WorkerRequest request) {
        pool.enterAgain();
        WorkerLink link = leastBusy();
        if (link == null) {
            pool.waiting().incrementAndGet();
            queue.addFirst(new Waiting(request, System.nanoTime()));
        } else {
            link.open(request);
        }
    }

    /** Forgets a request that waits, since its client is gone; false if it does not wait. */
    public boolean withdraw(WorkerRequest request) {
        boolean removed = queue.removeIf(waiting -> waiting.request() == request);
        if (removed) {
            pool.waiting().decrementAndGet();
            pool.exit();
        }
        return removed;
    }

    /** The front ends: workers look for another one, and who waits while there is no worker at all waits in vain. */
    public void drain() {
        draining = true;
        links.forEach(WorkerLink::sayGoing);
    }

    boolean draining() {
        return draining;
    }

    WorkerPool pool() {
        return pool;
    }

    /** Which event loop it is, from 0. */
    public int index() {
        return index;
    }

    /** How many event loops there are. */
    public int loops() {
        return pool.loops();
    }

    /** A worker has connected that may take requests soon. */
    void expect() {
        greeting++;
    }

    /** It does, or it is gone. */
    void expectNoMore() {
        greeting--;
    }

    void add(WorkerLink link) {
        links.add(link);
        if (draining) {
            link.sayGoing();
        }
        settle();
        pump();
    }

    void remove(WorkerLink link) {
        links.remove(link);
        turn = turn < links.size() ? turn : 0;
    }

    /**
     * Promises workers that stop that they get no more requests. A front that ends has no new workers to hope for: while none stays, those that go
     * serve it to the end.
     */
    void settle() {
        if (!draining || anyStays()) {
            links.forEach(WorkerLink::sayLast);
        }
    }

    private boolean anyStays() {
        for (WorkerLink link : links) {
            if (!link.worker().stopping()) {
                return true;
            }
        }
        return false;
    }

    /** The longest that a request had to wait for a worker since this was asked last, nanoseconds. Any thread. */
    long takeLongestWait() {
        return longestWait.getAndSet(0);
    }

    private void noteWait(Waiting waiting, long now) {
        longestWait.accumulateAndGet(now - waiting.sinceNanos(), Math::max);
    }

    /** A worker finished something. */
    void onPlace() {
        pool.exit();
        if (!queue.isEmpty()) {
            pump();
        } else if (pool.waiting().get() > 0) {
            pool.wakeOthers(this);
        }
    }

    void pump() {
        while (!queue.isEmpty()) {
            WorkerLink link = leastBusy();
            if (link == null) {
                return;
            }
            Waiting next = queue.remove();
            noteWait(next, System.nanoTime());
            pool.waiting().decrementAndGet();
            link.open(next.request());
        }
    }

    void stopWorkers() {
        for (WorkerLink link : List.copyOf(links)) {
            link.askToStop();
        }
    }

    /** Takes a place at the least busy worker; null if all are busy, going or silent. */
    private WorkerLink leastBusy() {
        while (true) {
            WorkerLink best = leastBusy(false);
            if (best == null && draining && !anyStays()) {
                best = leastBusy(true);
            }
            if (best == null || best.worker().acquire()) {
                return best;
            }
        }
    }

    /** Among equals the turn goes round, and on from the one that was chosen: else the one behind a busy one would get its turns, too. */
    private WorkerLink leastBusy(boolean going) {
        int count = links.size();
        int chosen = -1;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int at = turn + i < count ? turn + i : turn + i - count;
            WorkerLink link = links.get(at);
            WorkerHandle worker = link.worker();
            int busy = worker.inFlight();
            if (busy < least && (going ? link.mayStillAsk() && worker.hasRoom() : worker.takesRequests())) {
                chosen = at;
                least = busy;
            }
        }
        if (chosen < 0) {
            return null;
        }
        turn = chosen + 1 == count ? 0 : chosen + 1;
        return links.get(chosen);
    }

    private boolean anyTakes() {
        for (WorkerLink link : links) {
            if (link.mayStillAsk()) {
                return true;
            }
        }
        return false;
    }

    private void tick() {
        long now = System.nanoTime();
        for (WorkerLink link : List.copyOf(links)) {
            link.ping(now);
        }
        long limit = TimeUnit.MILLISECONDS.toNanos(pool.options().queueMs());
        settle();
        boolean inVain = draining && greeting == 0 && !anyTakes();
        if (!queue.isEmpty()) {
            noteWait(queue.peek(), now);
        }
        while (!queue.isEmpty() && (inVain || (limit > 0 && now - queue.peek().sinceNanos() > limit))) {
            pool.waiting().decrementAndGet();
            pool.exit();
            queue.remove().request().onRefused(Refusal.WAITED_TOO_LONG);
        }
        pump();
    }
}
