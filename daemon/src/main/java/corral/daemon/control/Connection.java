package corral.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One client: collects whole requests and has them answered one at a time, in their order, however long one waits.
 * While one is being answered nothing more is read, so a client cannot pile up requests. Event loop only.
 */
// What fails in writing or closing comes back as exceptionCaught or channelInactive, not through these futures.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int MAX_BODY_BYTES = 8 << 20;
    private static final int LINGER_S = 2;
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NS = TimeUnit.MINUTES.toNanos(30);

    private final Site site;
    private final Deque<Request> waiting = new ArrayDeque<>(2);
    private Channel channel;
    private HttpRequest head;
    private ByteArrayOutputStream body;
    private Exchange current;
    private boolean serving;
    private boolean discarding;
    private boolean unused = true;
    private long lastUsedNs = System.nanoTime();
    private ScheduledFuture<?> timer;

    Connection(Site site) {
        this.site = site;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        if (site.admits(channel)) {
            watch(IDLE_NS);
        } else {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            lastUsedNs = System.nanoTime();
            if (!discarding && message instanceof HttpObject part) {
                onPart(part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        serve();
        if (!waiting.isEmpty()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        lastUsedNs = System.nanoTime();
        if (current != null) {
            current.onWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        site.connections().remove(channel);
        if (timer != null) {
            // It would keep this connection in memory for half an hour.
            timer.cancel(false);
        }
        waiting.clear();
        discarding = true;
        if (current != null) {
            current.onDisconnected();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            site.logger().error("Connection closed after an unexpected exception", cause);
        }
        context.close();
    }

    /** Sends part of an answer. */
    void write(HttpObject part) {
        lastUsedNs = System.nanoTime();
        // Its end is only noticed by reading: nothing else would tell that the reader of an idle stream has gone.
        channel.config().setAutoRead(waiting.isEmpty());
        channel.writeAndFlush(part, channel.voidPromise());
    }

    /** Sends the last part of the answer to the current request and turns to the next. */
    void finish(HttpObject part, boolean keepAlive) {
        lastUsedNs = System.nanoTime();
        boolean rejected = current != null && current.request().rejection() != 0;
        current = null;
        if (keepAlive) {
            channel.writeAndFlush(part, channel.voidPromise());
            serve();
            if (site.connections().isPaused()) {
                onPause();
            }
            return;
        }
        discarding = true;
        waiting.clear();
        channel.writeAndFlush(part).addListener(rejected ? future -> linger() : ChannelFutureListener.CLOSE);
    }

    /** Closes in the middle of an answer. */
    void cut() {
        channel.close();
    }

    /** Whether there is a request without the beginning of an answer, or there will be one: whoever has just come wants something. */
    boolean isBusy() {
        boolean asked = head != null || !waiting.isEmpty() || (current != null && !current.isAnswered());
        boolean fresh = unused && System.nanoTime() - lastUsedNs < FRESH_NS;
        return (asked || fresh) && !discarding;
    }

    /** The daemon is about to be another one. */
    void onPause() {
        if (!isBusy() && current == null) {
            channel.close();
        }
    }

    /** Answers for code that threw. */
    void onFailure(Exchange exchange, RuntimeException failure) {
        site.fail(exchange, failure);
    }

    void logAccess(Request request, int status, int bytes) {
        site.logAccess(channel, request, status, bytes);
    }

    private void onPart(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            reject(part instanceof HttpRequest request ? request : head, 400);
            return;
        }
        if (part instanceof HttpRequest request) {
            begin(request);
        }
        if (part instanceof HttpContent content && !discarding) {
            append(content);
        }
    }

    private void begin(HttpRequest request) {
        int verdict = site.auth().check(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (verdict != 200) {
            reject(request, verdict);
        } else if (HttpUtil.getContentLength(request, 0L) > MAX_BODY_BYTES) {
            reject(request, 413);
        } else {
            head = request;
            unused = false;
            body = null;
            if (HttpUtil.is100ContinueExpected(request) && current == null && waiting.isEmpty()) {
                channel.writeAndFlush(Exchange.proceed(), channel.voidPromise());
            }
        }
    }

    private void append(HttpContent content) {
        int bytes = content.content().readableBytes();
        if (bytes > 0) {
            if (body == null) {
                body = new ByteArrayOutputStream(bytes);
            }
            if (body.size() + bytes > MAX_BODY_BYTES) {
                reject(head, 413);
                return;
            }
            byte[] copy = new byte[bytes];
            content.content().readBytes(copy);
            body.writeBytes(copy);
        }
        if (content instanceof LastHttpContent) {
            waiting.add(Request.of(head, path(head.uri()), body == null ? new byte[0] : body.toByteArray()));
            head = null;
            body = null;
        }
    }

    private void reject(HttpRequest request, int status) {
        discarding = true;
        waiting.add(Request.rejected(request, status));
    }

    private static String path(String uri) {
        try {
            return new QueryStringDecoder(uri).path();
        } catch (IllegalArgumentException e) {
            // A stray percent sign stands for itself.
            return uri;
        }
    }

    /** Answers what waits, unless an answer is under way; written as a loop since an answer may come at once. */
    private void serve() {
        if (serving) {
            return;
        }
        serving = true;
        while (current == null && !waiting.isEmpty()) {
            current = new Exchange(this, channel, waiting.poll());
            channel.config().setAutoRead(false);
            site.handle(current);
        }
        serving = false;
        if (current == null && channel.isActive()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Closes after the client has had time to read the answer: closing on unread input would reset the connection. */
    private void linger() {
        channel.config().setAutoRead(true);
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        timer.cancel(false);
        timer = channel.eventLoop().schedule(() -> channel.close(), LINGER_S, TimeUnit.SECONDS);
    }

    private void watch(long delayNs) {
        timer = channel.eventLoop().schedule(this::onIdleCheck, delayNs, TimeUnit.NANOSECONDS);
    }

    private void onIdleCheck() {
        long idleNs = current == null ? System.nanoTime() - lastUsedNs : 0;
        if (idleNs >= IDLE_NS) {
            channel.close();
        } else {
            watch(IDLE_NS - idleNs);
        }
    }
}
