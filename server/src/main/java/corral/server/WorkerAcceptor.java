package corral.server;

import corral.server.pool.WorkerPool;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketChannel;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the connections of a worker to the event loops, one to each; the kernel says which process has made one. On the event loop of the listening
 * socket.
 */
final class WorkerAcceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerAcceptor.class);
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(1 << 20, 4 << 20);

    private static final int SMALLEST = 4 * 1024;
    private static final int USUAL = 32 * 1024;
    private static final int LARGEST = 256 * 1024;

    private final WorkerPool pool;
    private final Map<Integer, BitSet> loopsOfPid = new HashMap<>();

    WorkerAcceptor(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        io.netty.channel.epoll.EpollDomainSocketChannel worker =
                (io.netty.channel.epoll.EpollDomainSocketChannel) message;
        int pid = worker.peerCredentials().pid();
        BitSet used = loopsOfPid.computeIfAbsent(pid, unused -> new BitSet());
        int index = used.nextClearBit(0);
        if (index >= pool.loops()) {
            LOG.error("process {} connects more often than there are event loops; refused", pid);
            worker.unsafe().closeForcibly();
            return;
        }
        used.set(index);
        worker.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER);
        // A worker that has ended may have answered before: that is still to be read when nothing can be written any
        // more.
        worker.config().setAutoClose(false);
        worker.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(SMALLEST, USUAL, LARGEST));
        worker.pipeline().addLast(pool.loop(index).newLink());
        register(ctx, worker, index);
        worker.closeFuture().addListener(closed -> {
            if (ctx.channel().isOpen()) {
                ctx.channel().eventLoop().execute(() -> forget(pid, index));
            }
        });
    }

    private void register(ChannelHandlerContext ctx, DomainSocketChannel worker, int index) {
        pool.loop(index).eventLoop().register(worker).addListener(registered -> {
            if (!registered.isSuccess()) {
                worker.unsafe().closeForcibly();
                LOG.error("{}: a worker's connection failed", ctx.channel(), registered.cause());
            }
        });
    }

    private void forget(int pid, int index) {
        BitSet used = loopsOfPid.get(pid);
        if (used != null) {
            used.clear(index);
            if (used.isEmpty()) {
                loopsOfPid.remove(pid);
            }
        }
    }
}
