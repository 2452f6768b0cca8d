package corral.it.load;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts load on a server, with one event loop. Open loop: requests are sent when they are due, at random intervals, however slow
 * the answers are, and latency counts from then.
 */
public final class LoadClient implements AutoCloseable {
    private static final int PERCENT = 100;

    private final LoadPlan plan;
    private final String run = Long.toString(System.nanoTime() & 0xFFFFFFL, 36);
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final SplittableRandom random;
    private final Tally tally = new Tally();
    private final Connections connections;
    private final List<EchoSocket> sockets = new ArrayList<>();
    private long next;
    private long dueNs;
    private long pending;
    private boolean stopping;

    public LoadClient(LoadPlan plan) {
        this.plan = plan;
        random = new SplittableRandom(plan.seed());
        connections = new Connections(loop, plan, what -> tally.stray());
    }

    /** Begins to send. */
    public void start() {
        loop.execute(() -> {
            dueNs = System.nanoTime();
            for (int i = 0; i < plan.sockets(); i++) {
                EchoSocket socket = new EchoSocket(loop, plan, run + "-ws" + i, tally, random.split());
                sockets.add(socket);
                socket.start();
            }
            if (plan.rate() > 0) {
                sendDue();
            }
        });
    }

    private void sendDue() {
        long now = System.nanoTime();
        while (!stopping && dueNs <= now) {
            send();
            dueNs += (long) (-Math.log(1 - random.nextDouble()) * 1e9 / plan.rate());
        }
        if (!stopping) {
            loop.schedule(this::sendDue, Math.max(dueNs - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        }
    }

    private void send() {
        Shape shape = plan.only().orElseGet(() -> Shape.of(random.nextInt(PERCENT)));
        Exchange exchange = new Exchange(run + "-" + next++, shape, dueNs, random, plan.think(), ended -> {
            pending--;
            tally.ended(ended);
        });
        pending++;
        tally.asked(shape);
        connections.submit(exchange);
    }

    /** What was met so far. */
    public LoadResult soFar() {
        return loop.submit(tally::result).syncUninterruptibly().getNow();
    }

    /** How many requests and messages were sent so far. */
    public long sent() {
        return loop.submit(tally::total).syncUninterruptibly().getNow();
    }

    /** Sends no more, waits for all answers that are due, at most for the timeout of a request, and closes everything. */
    public LoadResult stop() {
        loop.submit(() -> {
                    stopping = true;
                    sockets.forEach(EchoSocket::stop);
                })
                .syncUninterruptibly();
        long limit = System.nanoTime() + 2 * plan.timeout().toNanos();
        while (System.nanoTime() < limit && !idle()) {
            LockSupport.parkNanos(10_000_000);
        }
        LoadResult result = soFar();
        close();
        return result;
    }

    private boolean idle() {
        return loop.submit(() -> pending == 0 && sockets.stream().allMatch(EchoSocket::idle))
                .syncUninterruptibly()
                .getNow();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
