package corral.daemon.control;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.config.HttpServerConfig.Address;
import corral.daemon.process.Commands;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
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
    private static final int BACKLOG = 1024;
    private static final int STOP_S = 2;
    private static final int MAX_LINE_BYTES = 16 << 10;
    private static final int MAX_HEADERS_BYTES = 32 << 10;

    private final List<HttpServerConfig> servers;
    private final DaemonFacts facts;
    private final boolean supervisorInterface;
    private final Logger logger;
    private final EventLoop loop;
    private final FileThreads files = new FileThreads();
    private final Connections connections = new Connections();
    private final List<Route> routes;
    private final List<Channel> listeners = new ArrayList<>();
    private final List<UnixSocketFile> socketFiles = new ArrayList<>();

    /**
     * Prepares servers; nothing is opened yet.
     *
     * @param servers what to listen on, in this order; may be empty
     * @param commands the only door to the processes
     * @param facts about the daemon itself
     * @param logger activity log; marker {@code CRITICAL} on what Supervisor logs as CRIT
     */
    public ControlServer(List<HttpServerConfig> servers, Commands commands, DaemonFacts facts, Logger logger) {
        this.servers = List.copyOf(servers);
        this.facts = facts;
        this.supervisorInterface = facts.supervisorInterface();
        this.logger = logger;
        loop = new SingleThreadIoEventLoop(null, ControlServer::thread, NioIoHandler.newFactory());
        LogTail tail = new LogTail(files, loop);
        routes = List.of(
                new RpcRoute(() -> methods(commands), files, loop, logger),
                new LogTailRoute(commands, tail),
                new MainLogTailRoute(facts, tail));
    }

    /**
     * Opens all servers, then begins to serve: a client that connects earlier waits.
     *
     * @throws ControlServerException when one cannot be opened; those before it are closed again
     */
    public void start() throws ControlServerException {
        for (HttpServerConfig server : servers) {
            try {
                listeners.add(open(server));
            } catch (ControlServerException | RuntimeException e) {
                stop();
                throw e;
            }
        }
        listeners.forEach(listener -> listener.config().setAutoRead(true));
    }

    /** The ports of the TCP servers, in their order. Only useful after {@link #start}. */
    public List<Integer> ports() {
        return listeners.stream()
                .map(Channel::localAddress)
                .filter(InetSocketAddress.class::isInstance)
                .map(address -> ((InetSocketAddress) address).getPort())
                .toList();
    }

    /** Closes all servers and connections and removes the socket files. Waits at most some seconds. */
    public void stop() {
        socketFiles.forEach(UnixSocketFile::remove);
        listeners.forEach(listener -> listener.close().awaitUninterruptibly(STOP_S, TimeUnit.SECONDS));
        if (!loop.isShuttingDown()) {
            loop.submit(connections::closeAll).awaitUninterruptibly(STOP_S, TimeUnit.SECONDS);
        }
        loop.shutdownGracefully(0, STOP_S, TimeUnit.SECONDS).awaitUninterruptibly(STOP_S, TimeUnit.SECONDS);
        files.stop();
    }

    private Channel open(HttpServerConfig server) throws ControlServerException {
        Channel listener;
        try {
            listener = server.address() instanceof Address.Unix unix
                    ? openUnix(server, unix)
                    : openInet(server, (Address.Inet) server.address());
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

    private Channel openInet(HttpServerConfig server, Address.Inet inet) throws IOException {
        // An empty host means all IPv4 interfaces; the JDK's own wildcard socket would be an IPv6 one.
        InetAddress host = InetAddress.getByName(inet.host().isEmpty() ? "0.0.0.0" : inet.host());
        SocketProtocolFamily family =
                host instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return bind(
                () -> new NioServerSocketChannel(SelectorProvider.provider(), family),
                new InetSocketAddress(host, inet.port()),
                site(server, client -> true));
    }

    private Channel openUnix(HttpServerConfig server, Address.Unix unix) throws IOException, ControlServerException {
        UnixSocketFile file = new UnixSocketFile(unix, facts.pid());
        file.prepare();
        Channel listener = bind(
                NioServerDomainSocketChannel::new,
                file.bindAddress(),
                site(server, client -> file.admits(peer(client))));
        try {
            file.publish();
        } catch (IOException | ControlServerException e) {
            listener.close().awaitUninterruptibly(STOP_S, TimeUnit.SECONDS);
            throw e;
        } finally {
            socketFiles.add(file);
        }
        return listener;
    }

    private static UserPrincipal peer(Channel client) {
        return client.config()
                .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED))
                .user();
    }

    private Site site(HttpServerConfig server, Predicate<Channel> peers) {
        return new Site(new BasicAuth(server), peers, routes, connections, logger);
    }

    private Channel bind(ChannelFactory<ServerChannel> factory, SocketAddress address, Site site) throws IOException {
        ByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channelFactory(factory)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline()
                                .addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                                        .setMaxHeaderSize(MAX_HEADERS_BYTES)))
                                .addLast(new HttpResponseEncoder())
                                .addLast(new Connection(site));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        throw bound.cause() instanceof IOException io ? io : new IOException(bound.cause());
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
            table.addAll(new CorralRpc(commands, replies).methods());
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
