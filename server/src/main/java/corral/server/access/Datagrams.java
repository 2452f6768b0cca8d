package corral.server.access;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends datagrams by UDP or to a Unix socket, without waiting and without telling when they get lost. Any thread. */
abstract class Datagrams implements Consumer<String>, AutoCloseable {
    private static final String UNIX = "unix://";
    private static final int DEFAULT_PORT = 8125;

    @Override
    public abstract void close();

    /**
     * A sender to a target.
     *
     * @param target HOST, HOST:PORT or unix://PATH; without a port it is 8125
     * @throws IOException says what is wrong with the target
     */
    static Datagrams to(String target) throws IOException {
        if (target.startsWith(UNIX)) {
            return new Unix(target.substring(UNIX.length()));
        }
        int colon = target.lastIndexOf(':');
        boolean bracketed = target.startsWith("[");
        boolean hasPort = colon > 0 && (!bracketed || target.charAt(colon - 1) == ']');
        String host = hasPort ? target.substring(0, colon) : target;
        try {
            int port = hasPort ? Integer.parseInt(target.substring(colon + 1)) : DEFAULT_PORT;
            String name = bracketed ? host.substring(1, host.length() - 1) : host;
            return new Udp(new InetSocketAddress(name, port));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "statsd_host: read \"" + target + "\", allowed: HOST:PORT with a port of 0-65535, or unix://PATH",
                    e);
        }
    }

    private static final class Udp extends Datagrams {
        private final DatagramChannel channel;
        private final InetSocketAddress target;

        Udp(InetSocketAddress target) throws IOException {
            if (target.isUnresolved()) {
                throw new IOException("statsd_host: the host \"" + target.getHostString() + "\" cannot be found");
            }
            this.target = target;
            channel = DatagramChannel.open();
            channel.configureBlocking(false);
        }

        @Override
        public void accept(String text) {
            try {
                channel.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), target);
            } catch (IOException e) {
                // Metrics may get lost.
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // There is nothing left to save.
            }
        }
    }

    /** The JDK has no Unix datagrams, Netty's epoll does. */
    private static final class Unix extends Datagrams {
        /** In Linux's abstract namespace: a socket without a name counts as closed. */
        private static final String OWN =
                "\0corral-statsd-" + ProcessHandle.current().pid() + "-";

        private final MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        private final Channel channel;
        private final DomainSocketAddress target;

        Unix(String path) throws IOException {
            target = new DomainSocketAddress(path);
            channel = new Bootstrap()
                    .group(group)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    // Not connected: the receiver may come later, and again.
                    .bind(new DomainSocketAddress(OWN + System.nanoTime()))
                    .syncUninterruptibly()
                    .channel();
        }

        @Override
        public void accept(String text) {
            channel.writeAndFlush(
                    new DomainDatagramPacket(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), target),
                    channel.voidPromise());
        }

        @Override
        public void close() {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
