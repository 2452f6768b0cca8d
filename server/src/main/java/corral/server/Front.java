package corral.server;

import corral.server.access.AccessLog;
import corral.server.http.Forwarding;
import corral.server.http.FrontInitializer;
import corral.server.http.HttpContext;
import corral.server.options.Personality;
import corral.server.options.ServerOptions;
import corral.server.pool.LoadReport;
import corral.server.pool.WorkerPool;
import corral.server.reload.FileWatcher;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server: event loops, listening sockets, workers. Started and stopped from any thread. */
final class Front {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final int MAX_FRAME = 16 * 1024 * 1024 + 64 * 1024;
    private static final int FRAME_ROOM = 64 * 1024;
    private static final long QUEUED_MS = 20;
    /** The last tenth of the time is for those who have to be told. */
    private static final int RESERVE = 10;

    /** How long apps may take to answer what they got from a WebSocket before it is closed, at most; and half of the time that is left. */
    private static final long WEB_SOCKETS_MS = 1000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;

    private final ServerOptions options;
    private final Edge edge;
    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<HttpContext> contexts = new ArrayList<>();
    private final List<Channel> listeners = new ArrayList<>();
    private final OpenConnections open;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final WorkerPool pool;
    private NotifyClient supervisor;
    private FileWatcher watcher;
    private Channel workers;
    private LoadReport load;

    Front(ServerOptions options, AccessLog accessLog, Forwarding forwarding, Edge edge) {
        Epoll.ensureAvailability();
        this.options = options;
        this.edge = edge;
        open = new OpenConnections(options.limits().connections());
        group = new MultiThreadIoEventLoopGroup(options.eventLoops(), EpollIoHandler.newFactory());
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
        int maxFrame = Math.max(MAX_FRAME, options.websocket().maxSize() + FRAME_ROOM);
        pool = new WorkerPool(options.pool(), options.limits().concurrency(), maxFrame, loops);
        for (int i = 0; i < loops.size(); i++) {
            contexts.add(new HttpContext(options, pool.loop(i), accessLog, forwarding));
        }
    }

    /** Begins to accept workers and clients. */
    void start() throws InterruptedException, IOException {
        List<String> addresses = new ArrayList<>();
        supervisor = NotifyClient.open(System.getenv("NOTIFY_SOCKET"), group);
        workers = new EpollServerDomainSocketChannel(options.workerSocket(), true);
        listen(workers, new WorkerAcceptor(pool));
        for (int descriptor : options.listeners()) {
            Channel listener = listener(descriptor);
            SocketAddress address = address(descriptor);
            IntFunction<ChannelHandler> handlers =
                    loop -> new FrontInitializer(contexts.get(loop), address, edge, edge.secure());
            listen(listener, new Acceptor(loops, handlers, open));
            listeners.add(listener);
            addresses.add(describe(address));
        }
        HeapGrowth.watch(group.next());
        announce(addresses);
        if (options.reload().enabled()) {
            watcher = new FileWatcher(options.reload(), this::onChange);
        }
    }

    /** Tells the supervisor that it serves, and from now on how busy it is. */
    void announceReady() {
        supervisor.declare("READY=1\nSTATUS=accepting connections");
        if (supervisor.listens()) {
            load = LoadReport.start(pool, supervisor::send);
        }
    }

    /** In the words that people and tools look for in the log of the server whose command line was used. */
    private void announce(List<String> addresses) {
        if (options.personality() == Personality.UVICORN) {
            addresses.forEach(address -> LOG.info(
                    "Uvicorn running on {} (Press CTRL+C to quit)",
                    address.startsWith("unix:") ? "unix socket " + address.substring("unix:".length()) : address));
        } else {
            LOG.info(
                    "Listening at: {} ({})",
                    String.join(",", addresses),
                    ProcessHandle.current().pid());
        }
    }

    private void onChange(Set<Path> changed) {
        LOG.warn(
                "Detected changes in {}. Reloading...",
                String.join(", ", FileWatcher.shown(changed, options.reload().directories())));
        pool.stopWorkers();
    }

    private static Channel listener(int descriptor) {
        return isUnix(descriptor)
                ? new EpollServerDomainSocketChannel(descriptor, true)
                : new EpollServerSocketChannel(descriptor);
    }

    /** The family must be asked for: of a Unix socket Netty reads an IP address out of the path. */
    private static boolean isUnix(int descriptor) {
        try {
            return new Socket(descriptor).getIntOpt(SOL_SOCKET, SO_DOMAIN) == AF_UNIX;
        } catch (IOException e) {
            return false;
        }
    }

    /** Netty does not know the path of a Unix socket that it has not bound itself. */
    private static SocketAddress address(int descriptor) {
        Socket socket = new Socket(descriptor);
        return isUnix(descriptor) ? socket.localDomainSocketAddress() : socket.localAddress();
    }

    private void listen(Channel channel, ChannelHandler handler) throws InterruptedException {
        channel.pipeline().addLast(handler);
        loops.get(0).register(channel).sync();
    }

    private String describe(SocketAddress address) {
        String scheme = options.tls().enabled() ? "https" : "http";
        return address instanceof DomainSocketAddress path ? "unix:" + path.path() : scheme + ":/" + address;
    }

    /**
     * Finishes what runs, for as long as allowed, then ends.
     *
     * @param handOver whether another front serves the same sockets: then idle clients are not disturbed, so that none loses a request that is on
     *     its way; each leaves with its next response, or when its time is up, and WebSockets go on until little of the time is left
     */
    void stop(boolean handOver) throws InterruptedException {
        supervisor.declare("STOPPING=1");
        if (load != null) {
            load.close();
        }
        closeWatcher();
        if (!handOver) {
            // Who waits in the kernel's queue now may be served by nobody else.
            Thread.sleep(QUEUED_MS);
        }
        for (Channel listener : listeners) {
            listener.close().sync();
        }
        workers.close().sync();
        contexts.forEach(HttpContext::drain);
        if (!handOver) {
            goAway(options.timeouts().gracefulMs());
            closeIdle();
        }
        awaitClients(options.timeouts().gracefulMs());
        contexts.forEach(HttpContext::closeAll);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        ended.countDown();
    }

    private void awaitClients(long graceMs) throws InterruptedException {
        long reserve = graceMs / RESERVE;
        if (!open.awaitNone(graceMs - reserve)) {
            goAway(reserve);
            closeIdle();
            open.awaitNone(reserve);
        }
    }

    private void goAway(long leftMs) {
        long patienceMs = Math.min(WEB_SOCKETS_MS, leftMs / 2);
        contexts.forEach(context -> context.goAway(patienceMs));
    }

    /** Does not wait for clients that have no request. */
    void closeIdle() {
        contexts.forEach(HttpContext::closeIdle);
    }

    private void closeWatcher() {
        try {
            if (watcher != null) {
                watcher.close();
            }
        } catch (IOException e) {
            LOG.warn("the files of --reload are still watched: {}", e.toString());
        }
    }

    /** Does not wait any longer for what runs. */
    void hurry() {
        open.giveUp();
    }

    /** Waits for the end of {@link #stop}. */
    boolean awaitEnd() throws InterruptedException {
        ended.await();
        return true;
    }
}
