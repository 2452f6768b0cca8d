package corral.it.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gives each request a connection: its own, or one of a limited number that are kept and used in turn. Belongs to the event
 * loop.
 */
final class Connections {
    private final EventLoop loop;
    private final LoadPlan plan;
    private final Consumer<String> strays;
    private final Queue<HttpConnection> idle = new ArrayDeque<>();
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private final Set<HttpConnection> kept = new HashSet<>();
    private int opening;

    /**
     * @param strays hears of what came without having been asked for
     */
    Connections(EventLoop loop, LoadPlan plan, Consumer<String> strays) {
        this.loop = loop;
        this.plan = plan;
        this.strays = strays;
    }

    void submit(Exchange exchange) {
        if (exchange.shape.fresh()) {
            open(exchange);
            return;
        }
        if (kept.size() + opening < plan.keepAlive()) {
            opening++;
            open(exchange);
            return;
        }
        for (HttpConnection free = idle.poll(); free != null; free = idle.poll()) {
            if (free.usable()) {
                send(free, exchange);
                return;
            }
        }
        waiting.add(exchange);
    }

    private void open(Exchange exchange) {
        HttpConnection connection = new HttpConnection(this);
        boolean keep = !exchange.shape.fresh();
        connect(loop, plan, new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        tls(plan.tls(), channel);
                        channel.pipeline().addLast(new HttpClientCodec(), connection);
                    }
                })
                .addListener((ChannelFuture future) -> {
                    if (keep) {
                        opening--;
                    }
                    if (!future.isSuccess()) {
                        exchange.end(
                                Verdict.REFUSED, String.valueOf(future.cause().getMessage()));
                        next();
                        return;
                    }
                    if (keep) {
                        kept.add(connection);
                    }
                    send(connection, exchange);
                });
    }

    static ChannelFuture connect(EventLoop loop, LoadPlan plan, ChannelInitializer<SocketChannel> initializer) {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(initializer)
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port()));
    }

    static void tls(Optional<SslContext> context, SocketChannel channel) {
        context.ifPresent(tls -> channel.pipeline().addLast(tls.newHandler(channel.alloc(), "localhost", 443)));
    }

    private void send(HttpConnection connection, Exchange exchange) {
        ScheduledFuture<?> limit = loop.schedule(
                () -> {
                    if (!exchange.ended()) {
                        connection.abandon(exchange);
                        exchange.end(Verdict.TIMEOUT, "after " + plan.timeout().toMillis() + " ms");
                    }
                },
                plan.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        exchange.onEnded(() -> limit.cancel(false));
        connection.send(exchange);
    }

    void onFree(HttpConnection connection) {
        idle.add(connection);
        next();
    }

    void onGone(HttpConnection connection) {
        if (kept.remove(connection)) {
            next();
        }
    }

    void onStray(String what) {
        strays.accept(what);
    }

    /** Something may go on that waits for a connection. */
    private void next() {
        Exchange exchange = waiting.poll();
        if (exchange != null) {
            submit(exchange);
        }
    }
}
