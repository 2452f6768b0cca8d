package corral.server.fuzz;

import corral.server.access.AccessEntry;
import corral.server.access.AccessLog;
import corral.server.http.Forwarding;
import corral.server.http.FrontInitializer;
import corral.server.http.HttpContext;
import corral.server.options.FrontArguments;
import corral.server.options.ServerOptions;
import corral.server.pool.WorkerPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A front without sockets: clients and workers are channels of this JVM, and every buffer is counted. */
final class LocalFront implements AutoCloseable {
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final LocalAddress clients = new LocalAddress("clients-" + System.nanoTime());
    private final LocalAddress workers = new LocalAddress("workers-" + System.nanoTime());
    private final WorkerPool pool;

    LocalFront() throws InterruptedException {
        ServerOptions options = ((FrontArguments.Run) FrontArguments.parse(
                        List.of(
                                "--bind=fd://3",
                                "--worker-socket=fd://4",
                                "--keepalive=1",
                                "--header-timeout=1",
                                "--body-timeout=1",
                                "--queue-timeout=1"),
                        Map.of(),
                        false))
                .options();
        EventLoop loop = (EventLoop) group.iterator().next();
        pool = new WorkerPool(options.pool(), 0, 1 << 20, List.of(loop));
        HttpContext context = new HttpContext(options, pool.loop(0), new NoLog(), Forwarding.NONE);
        listen(clients, new FrontInitializer(context, clients, channel -> {}, false));
        listen(workers, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(pool.loop(0).newLink());
            }
        });
    }

    private void listen(LocalAddress address, ChannelHandler handler) throws InterruptedException {
        new ServerBootstrap()
                .group(group)
                .channel(LocalServerChannel.class)
                .childHandler(handler)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .bind(address)
                .sync();
    }

    Channel client(ChannelHandler handler) throws InterruptedException {
        return connect(clients, handler);
    }

    Channel worker(ChannelHandler handler) throws InterruptedException {
        return connect(workers, handler);
    }

    private Channel connect(LocalAddress address, ChannelHandler handler) throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .option(ChannelOption.ALLOCATOR, allocator)
                .handler(handler)
                .connect(address)
                .sync()
                .channel();
    }

    ByteBuf buffer(byte[] bytes) {
        return allocator.heapBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** Bytes of buffers that nobody released. */
    long held() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class NoLog implements AccessLog {
        @Override
        public boolean enabled() {
            return false;
        }

        @Override
        public boolean wantsResponseHeaders() {
            return false;
        }

        @Override
        public void log(AccessEntry entry) {}

        @Override
        public void reopen() {}

        @Override
        public void close() {}
    }
}
