package corral.daemon.control;

import corral.daemon.config.HttpServerConfig.Address;
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
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Opens servers: binds a socket, or takes one that listens already. They accept nobody until they are told to read. */
final class Listening {
    private static final int BACKLOG = 1024;
    private static final int CLOSE_S = 2;
    private static final int MAX_LINE_BYTES = 16 << 10;
    private static final int MAX_HEADERS_BYTES = 32 << 10;

    private final Transport transport;
    private final EventLoop loop;
    private final int pid;

    /**
     * Opens servers on one event loop.
     *
     * @param pid the daemon's own, for names that nobody else uses
     */
    Listening(Transport transport, EventLoop loop, int pid) {
        this.transport = transport;
        this.loop = loop;
        this.pid = pid;
    }

    /** Opens a server; {@code site} is made for a test of who may connect. */
    Listener open(Address address, Optional<GivenSocket> given, Function<Predicate<Channel>, Site> site)
            throws IOException, ControlServerException {
        if (address instanceof Address.Unix unix) {
            return given.isPresent() ? take(unix, given.get(), site) : bind(unix, site);
        }
        Address.Inet inet = (Address.Inet) address;
        return given.isPresent() ? take(inet, given.get(), site) : bind(inet, site);
    }

    private Listener bind(Address.Inet inet, Function<Predicate<Channel>, Site> site) throws IOException {
        // An empty host means all IPv4 interfaces; the JDK's own wildcard socket would be an IPv6 one.
        InetAddress host = InetAddress.getByName(inet.host().isEmpty() ? "0.0.0.0" : inet.host());
        SocketProtocolFamily family =
                host instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        Channel channel = opened(bootstrap(() -> transport.inet(family), site.apply(client -> true))
                .bind(new InetSocketAddress(host, inet.port())));
        return new Listener(inet, channel, Optional.empty(), Optional.empty());
    }

    private Listener bind(Address.Unix unix, Function<Predicate<Channel>, Site> site)
            throws IOException, ControlServerException {
        UnixSocketFile file = new UnixSocketFile(unix, pid);
        Path temporary = file.prepare();
        Channel channel = opened(bootstrap(transport::unix, site.apply(client -> transport.admits(file, client)))
                .bind(transport.address(temporary)));
        try {
            file.publish();
            return new Listener(unix, channel, Optional.of(file), Optional.empty());
        } catch (IOException | ControlServerException e) {
            close(channel);
            file.remove();
            throw e;
        }
    }

    private Listener take(Address.Inet inet, GivenSocket given, Function<Predicate<Channel>, Site> site)
            throws IOException {
        Channel channel =
                opened(bootstrap(() -> ((EpollTransport) transport).inet(given.fd()), site.apply(client -> true))
                        .register());
        return new Listener(inet, channel, Optional.empty(), Optional.of(given));
    }

    private Listener take(Address.Unix unix, GivenSocket given, Function<Predicate<Channel>, Site> site)
            throws IOException, ControlServerException {
        UnixSocketFile file = new UnixSocketFile(unix, pid);
        file.take(given.ours());
        Channel channel = opened(bootstrap(
                        () -> ((EpollTransport) transport).unix(given.fd()),
                        site.apply(client -> transport.admits(file, client)))
                .register());
        return new Listener(unix, channel, Optional.of(file), Optional.of(given));
    }

    private ServerBootstrap bootstrap(ChannelFactory<ServerChannel> factory, Site site) {
        ByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        return new ServerBootstrap()
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
                });
    }

    private static Channel opened(ChannelFuture opening) throws IOException {
        opening.awaitUninterruptibly();
        if (opening.isSuccess()) {
            opening.channel().pipeline().addLast(new AcceptErrors());
            return opening.channel();
        }
        throw opening.cause() instanceof IOException io ? io : new IOException(opening.cause());
    }

    private static void close(Channel channel) {
        channel.close().awaitUninterruptibly(CLOSE_S, TimeUnit.SECONDS);
    }
}
