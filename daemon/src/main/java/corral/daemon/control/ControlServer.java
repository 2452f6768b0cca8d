package corral.daemon.control;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.health.UsageReader;
import corral.daemon.process.Commands;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * The control servers of the daemon: XML-RPC and log tails over Unix and TCP sockets, all on one event loop thread
 * ({@code control}). Clients never touch process state; what they ask for goes through {@link Commands}.
 *
 * <p>{@link #start} and {@link #stop} are called once each, by the thread that wires the daemon.
 */
public final class ControlServer {
    private static final int STOP_S = 2;
    private static final int QUIET_CHECK_MS = 5;

    private final List<HttpServerConfig> servers;
    private final Map<String, GivenSocket> given;
    private final DaemonFacts facts;
    private final boolean supervisorInterface;
    private final Logger logger;
    private final EventLoop loop;
    private final FileThreads files = new FileThreads();
    private final Connections connections = new Connections();
    private final List<Route> routes;
    private final Listening listening;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** As below, for a daemon that was started without sockets. */
    public ControlServer(List<HttpServerConfig> servers, Commands commands, DaemonFacts facts, Logger logger) {
        this(servers, Map.of(), commands, facts, logger);
    }

    /**
     * Prepares servers; nothing is opened yet.
     *
     * @param servers what to listen on, in this order; may be empty
     * @param given sockets that listen already, by {@link HttpServerConfig.Address#text}; each is this object's from now on
     * @param commands the only door to the processes
     * @param facts about the daemon itself
     * @param logger activity log; marker {@code CRITICAL} on what Supervisor logs as CRIT
     */
    public ControlServer(
            List<HttpServerConfig> servers,
            Map<String, GivenSocket> given,
            Commands commands,
            DaemonFacts facts,
            Logger logger) {
        this.servers = List.copyOf(servers);
        this.given = Map.copyOf(given);
        this.facts = facts;
        this.supervisorInterface = facts.supervisorInterface();
        this.logger = logger;
        // A native library and its memory only for those who need it.
        Transport transport = given.isEmpty() ? new NioTransport() : new EpollTransport();
        loop = new SingleThreadIoEventLoop(null, ControlServer::thread, transport.handlers());
        listening = new Listening(transport, loop, facts.pid());
        LogTail tail = new LogTail(files, loop);
        routes = List.of(
                new RpcRoute(() -> methods(commands), files, loop, logger),
                new LogTailRoute(commands, tail),
                new MainLogTailRoute(facts, tail));
    }

    /**
     * Opens all servers and {@linkplain #serve serves}.
     *
     * @throws ControlServerException when one cannot be opened; those before it are closed again
     */
    public void start() throws ControlServerException {
        open();
        serve();
    }

    /**
     * Opens all servers: clients that connect wait.
     *
     * @throws ControlServerException when one cannot be opened; those before it are closed again
     */
    public void open() throws ControlServerException {
        for (HttpServerConfig server : servers) {
            try {
                listeners.add(open(server));
            } catch (ControlServerException | RuntimeException e) {
                stop();
                throw e;
            }
        }
    }

    /** Begins to serve what has been {@linkplain #open opened}, unless it was {@linkplain #stop stopped} meanwhile. Any thread. */
    public void serve() {
        try {
            loop.execute(() -> accept(true));
        } catch (RejectedExecutionException e) {
            logger.debug("stopped before it served");
        }
    }

    /** Whether sockets can be {@code given} here; loads a native library. */
    public static boolean takesSockets() {
        return EpollTransport.isAvailable();
    }

    /** The ports of the TCP servers, in their order. Only useful after {@link #start}. */
    public List<Integer> ports() {
        return listeners.stream()
                .map(Listener::bound)
                .filter(InetSocketAddress.class::isInstance)
                .map(address -> ((InetSocketAddress) address).getPort())
                .toList();
    }

    /**
     * Accepts no more clients and lets go of those who want nothing now; whoever comes waits in the kernel. Any thread.
     *
     * @param busy so many requests may be left, beside those whose answers have begun
     * @return done when that is so, or after {@code limitMs}
     */
    public CompletableFuture<Void> pause(int busy, long limitMs) {
        accept(false);
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        loop.execute(() -> {
            connections.pause();
            awaitQuiet(busy, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs), quiet);
        });
        return quiet;
    }

    /** Goes on after {@link #pause}. Any thread. */
    public void resume() {
        loop.execute(connections::resume);
        accept(true);
    }

    /**
     * The listening sockets, by {@link HttpServerConfig.Address#text}: who has them goes on when this process ends. Those of
     * init are not among them.
     *
     * @param descriptor finds the socket of this process that listens at an address
     */
    public Map<String, Integer> handOver(Function<SocketAddress, OptionalInt> descriptor) {
        Map<String, Integer> sockets = new LinkedHashMap<>();
        for (Listener listener : listeners) {
            if (listener.given().isEmpty()) {
                descriptor
                        .apply(listener.bound())
                        .ifPresent(fd -> sockets.put(listener.address().text(), fd));
            } else if (listener.given().get().ours()) {
                sockets.put(listener.address().text(), listener.given().get().fd());
            }
        }
        return sockets;
    }

    /** Closes all servers and connections and removes the socket files. Waits at most some seconds. */
    public void stop() {
        listeners.forEach(listener -> listener.file().ifPresent(UnixSocketFile::remove));
        listeners.forEach(listener -> listener.channel().close().awaitUninterruptibly(STOP_S, TimeUnit.SECONDS));
        if (!loop.isShuttingDown()) {
            loop.submit(connections::closeAll).awaitUninterruptibly(STOP_S, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, STOP_S, TimeUnit.SECONDS).awaitUninterruptibly(STOP_S, TimeUnit.SECONDS);
        files.stop();
    }

    private void accept(boolean accepts) {
        listeners.forEach(listener -> listener.channel().config().setAutoRead(accepts));
    }

    private void awaitQuiet(int busy, long deadlineNs, CompletableFuture<Void> quiet) {
        if (connections.busy() <= busy || System.nanoTime() - deadlineNs >= 0) {
            quiet.complete(null);
        } else {
            loop.schedule(() -> awaitQuiet(busy, deadlineNs, quiet), QUIET_CHECK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private Listener open(HttpServerConfig server) throws ControlServerException {
        Listener listener;
        try {
            listener = listening.open(
                    server.address(),
                    Optional.ofNullable(given.get(server.address().text())),
                    peers -> new Site(new BasicAuth(server), peers, routes, connections, logger));
        } catch (IOException e) {
            throw BindErrors.describe(server.section(), e);
        }
        if (supervisorInterface) {
            logger.info("RPC interface 'supervisor' initialized");
        }
        if (!new BasicAuth(server).isRequired()) {
            Marker critical = MarkerFactory.getMarker("CRITICAL");
            logger.error(critical, "Server '{}' running without any HTTP authentication checking", server.section());
        }
        return listener;
    }

    private MethodTable methods(Commands commands) {
        MethodTable table = new MethodTable();
        RpcReplies replies = new RpcReplies(loop);
        if (supervisorInterface) {
            SupervisorRpc supervisor = new SupervisorRpc(
                    commands,
                    new DaemonMethods(commands, facts, files, replies),
                    new ProcessMethods(commands, replies),
                    new LogMethods(commands, files, replies));
            table.addAll(supervisor.methods());
            table.addAll(new CorralRpc(commands, facts, replies).methods());
            table.addAll(new DetailMethods(commands, files, new UsageReader(Path.of("/proc"))).methods());
        }
        table.addAll(new SystemRpc(table, loop).methods());
        return table;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new FastThreadLocalThread(work, "control");
        thread.setDaemon(true);
        return thread;
    }
}
