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
    private final Map<Integer, WorkerHandle> workers = new ConcurrentHashMap<>();
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

    /** Counts a request out. */
    void exit() {
        inFlight.decrementAndGet();
    }

    /** Requests that wait for a worker, on all event loops. */
    AtomicInteger waiting() {
        return waiting;
    }

    WorkerHandle join(WorkerHello hello) throws FrameException {
        if (hello.version() != VERSION) {
            throw new FrameException("HELLO with version " + hello.version() + "; this front speaks " + VERSION);
        }
        WorkerHandle worker = workers.computeIfAbsent(hello.pid(), pid -> welcome(hello));
        worker.linked();
        return worker;
    }

    private WorkerHandle welcome(WorkerHello hello) {
        WorkerFacts facts =
                new WorkerFacts(hello.worker(), hello.pid(), hello.capacity(), "wsgi".equals(hello.iface()));
        WorkerHandle worker = new WorkerHandle(
                facts, options.workerConnections(), options.maxRequests(), options.maxRequestsJitter());
        LOG.debug("{} is ready, {}", worker, hello.iface());
        return worker;
    }

    void leave(WorkerHandle worker) {
        if (worker.unlinked()) {
            workers.remove(worker.facts().pid(), worker);
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
