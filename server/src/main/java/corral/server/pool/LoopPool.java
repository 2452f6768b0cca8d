package corral.server.pool;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
    private int turn;
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

    /** Forgets a request that waits, since its client is gone; false if it does not wait. */
    public boolean withdraw(WorkerRequest request) {
        boolean removed = queue.removeIf(waiting -> waiting.request() == request);
        if (removed) {
            pool.waiting().decrementAndGet();
            pool.exit();
        }
        return removed;
    }

    /** The server ends: who waits while there is no worker at all waits in vain. */
    public void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }

    WorkerPool pool() {
        return pool;
    }

    int index() {
        return index;
    }

    void add(WorkerLink link) {
        links.add(link);
        pump();
    }

    void remove(WorkerLink link) {
        links.remove(link);
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
        int count = links.size();
        while (true) {
            WorkerLink best = null;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                WorkerLink link = links.get((turn + i) % count);
                WorkerHandle worker = link.worker();
                int busy = worker.inFlight();
                if (busy < least && worker.takesRequests()) {
                    best = link;
                    least = busy;
                }
            }
            if (best == null) {
                return null;
            }
            turn = turn + 1 == count ? 0 : (turn + 1) % count;
            if (best.worker().acquire()) {
                return best;
            }
        }
    }

    private void tick() {
        long now = System.nanoTime();
        for (WorkerLink link : List.copyOf(links)) {
            link.ping(now);
        }
        long limit = TimeUnit.MILLISECONDS.toNanos(pool.options().queueMs());
        boolean inVain = draining && links.isEmpty();
        while (!queue.isEmpty() && (inVain || (limit > 0 && now - queue.peek().sinceNanos() > limit))) {
            pool.waiting().decrementAndGet();
            pool.exit();
            queue.remove().request().onRefused(Refusal.WAITED_TOO_LONG);
        }
        pump();
    }
}
