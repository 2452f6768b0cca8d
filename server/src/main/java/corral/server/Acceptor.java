package corral.server;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each accepted client to the event loop whose turn it is. While as many connections are open as allowed, it accepts none: they wait in the kernel's
 * queue. On the event loop of the listening socket.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 * 1024, 64 * 1024);
    private static final long RETRY_SECONDS = 1;

    private static final int SMALLEST = 64;
    private static final int USUAL = 2 * 1024;
    /** Twice Netty's own: half as many reads and frames of a long upload. What a slow app holds up grows by as much. */
    private static final int LARGEST = 128 * 1024;

    private final AdaptiveRecvByteBufAllocator reads = new AdaptiveRecvByteBufAllocator(SMALLEST, USUAL, LARGEST);
    private final List<EventLoop> loops;
    private final IntFunction<io.netty.channel.ChannelHandler> handlers;
    private final OpenConnections open;
    private int turn;

    /**
     * @param handlers makes what a connection begins with, given the number of its event loop
     * @param open connections of all listening sockets
     */
    Acceptor(List<EventLoop> loops, IntFunction<io.netty.channel.ChannelHandler> handlers, OpenConnections open) {
        this.loops = loops;
        this.handlers = handlers;
        this.open = open;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel client = (Channel) message;
        int index = turn;
        turn = (turn + 1) % loops.size();
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.config().setWriteBufferWaterMark(WATER);
        client.config().setRecvByteBufAllocator(reads);
        if (client instanceof SocketChannel tcp) {
            tcp.config().setTcpNoDelay(true);
        }
        client.pipeline().addLast(handlers.apply(index));
        loops.get(index).register(client).addListener(registered -> {
            if (!registered.isSuccess()) {
                client.unsafe().closeForcibly();
            }
        });
        if (open.add()) {
            ctx.channel().config().setAutoRead(false);
        }
        client.closeFuture().addListener(closed -> {
            open.remove();
            if (open.limited()) {
                ctx.channel().eventLoop().execute(() -> ctx.channel().config().setAutoRead(true));
            }
        });
    }

    /** Out of descriptors, mostly: accepting again at once would only fail again. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.error("a connection cannot be accepted, {} open: {}", open.count(), cause.toString());
        ctx.channel().config().setAutoRead(false);
        ctx.channel()
                .eventLoop()
                .schedule(
                        () -> ctx.channel().config().setAutoRead(true),
                        RETRY_SECONDS,
                        java.util.concurrent.TimeUnit.SECONDS);
    }
}
