package corral.server.pool;

import corral.server.frames.FrameException;
import corral.server.frames.WorkerHello;
import corral.server.options.PoolOptions;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All workers, and what the event loops share about them. Safe for use by all of them. */
public final class WorkerPool {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
    private static final int VERSION = 1;

    private final PoolOptions options;
    private final int maxFrame;
    private final Map<Long, WorkerHandle> workers = new ConcurrentHashMap<>();
    private final List<LoopPool> loops = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final int concurrency;

    /**
     * One pool of each event loop is made at once.
     *
     * @param concurrency requests in flight, waiting ones included; 0 for no limit
     * @param maxFrame longest payload that a worker may send, bytes
     */
    public WorkerPool(PoolOptions options, int concurrency, int maxFrame, List<EventLoop> eventLoops) {
        this.options = options;
        this.concurrency = concurrency > 0 ? concurrency : Integer.MAX_VALUE;
        this.maxFrame = maxFrame;
        for (EventLoop loop : eventLoops) {
            loops.add(new LoopPool(this, loop, loops.size()));
        }
    }

    /** The part of an event loop, by its number. */
    public LoopPool loop(int index) {
        return loops.get(index);
    }

    /** How many event loops there are. */
    public int loops() {
        return loops.size();
    }

    /** Asks all workers to finish and go; used when their code has changed. */
    public void stopWorkers() {
        for (LoopPool loop : loops) {
            loop.eventLoop().execute(loop::stopWorkers);
        }
    }

    PoolOptions options() {
        return options;
    }

    int maxFrame() {
        return maxFrame;
    }

    /** Counts a request in; false if there are as many as allowed. */
    boolean enter() {
        if (inFlight.incrementAndGet() > concurrency) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts in a request that was counted in before, and out. */
    void enterAgain() {
        inFlight.incrementAndGet();
    }

    /** Counts a request out. */
    void exit() {
        inFlight.decrementAndGet();
    }

    /** Requests that wait for a worker, on all event loops. */
    AtomicInteger waiting() {
        return waiting;
    }

    /** Mean share of the workers' places that is in use, 0 to 1. */
    double busy() {
        double sum = 0;
        int count = 0;
        for (WorkerHandle worker : workers.values()) {
            if (!worker.stopping()) {
                sum += worker.busy();
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    int workersThatStay() {
        int count = 0;
        for (WorkerHandle worker : workers.values()) {
            count += worker.stopping() ? 0 : 1;
        }
        return count;
    }

    /** The longest that a request had to wait since this was asked last, nanoseconds. */
    long takeLongestWait() {
        long longest = 0;
        for (LoopPool loop : loops) {
            longest = Math.max(longest, loop.takeLongestWait());
        }
        return longest;
    }

    /** Whether this front understands the worker. */
    void check(WorkerHello hello) throws FrameException {
        if (hello.version() != VERSION) {
            throw new FrameException("HELLO with version " + hello.version() + "; this front speaks " + VERSION);
        }
    }

    /** A connection of a worker takes requests. Connections of an earlier set, whose end was not seen yet, have nothing to do with it. */
    WorkerHandle join(WorkerHello hello) {
        WorkerHandle worker = workers.computeIfAbsent(key(hello.pid(), hello.set()), key -> welcome(hello));
        worker.linked();
        return worker;
    }

    private static long key(int pid, int set) {
        return ((long) pid << Integer.SIZE) | (set & 0xFFFF_FFFFL);
    }

    private WorkerHandle welcome(WorkerHello hello) {
        WorkerFacts facts = new WorkerFacts(
                hello.worker(), hello.pid(), hello.set(), hello.capacity(), "wsgi".equals(hello.iface()));
        Ledger ledger = Ledger.open(hello.pid(), hello.ledger());
        LOG.debug("{} is ready, {}", hello, ledger == null ? "without a ledger" : "with its ledger");
        return new WorkerHandle(facts, hello.served(), ledger, options);
    }

    void leave(WorkerHandle worker) {
        if (worker.unlinked()) {
            workers.remove(key(worker.facts().pid(), worker.facts().set()), worker);
            if (worker.unreported() > 0) {
                LOG.warn("{} had {} more", worker, worker.unreported());
            }
            if (worker.ledger() != null) {
                worker.ledger().close();
            }
            LOG.debug("{} is gone", worker);
        }
    }

    /** A worker can take another request, which one that waits on another event loop may be glad of. */
    void wakeOthers(LoopPool self) {
        for (LoopPool loop : loops) {
            if (loop != self) {
                loop.eventLoop().execute(loop::pump);
            }
        }
    }
}
