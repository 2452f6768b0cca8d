package corral.server.http;

import corral.server.access.AccessEntry;
import corral.server.exchange.ClientSink;
import corral.server.exchange.Exchange;
import corral.server.exchange.MessageSink;
import corral.server.exchange.RequestHead;
import corral.server.exchange.RequestSource;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.http.ScopeWriter.Kind;
import corral.server.options.TimeoutOptions;
import corral.server.pool.WorkerFacts;
import corral.server.pool.WorkerStream;
import corral.server.websocket.Handshake;
import corral.server.websocket.WebSocketSession;
import corral.server.websocket.WebSockets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection: one request after the other is read, given to an {@link Exchange}, answered; what arrives meanwhile
 * waits. On its event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements ClientSink, RequestSource {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int MAX_DRAIN = 64 * 1024;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long HALF_CLOSED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;
    private static final int TIMEOUT = 408;
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_GONE = 499;

    private enum State {
        /** Waiting for a request, or in its head. */
        HEAD,
        /** In a request's body. */
        BODY,
        /** The request is complete, its response is not. */
        RESPONSE,
        /** The response is complete, the request's body is not: its rest is thrown away. */
        DRAIN,
        /** Everything was said; what the client still sends is thrown away so that it can read that. */
        LINGER,
        CLOSED
    }

    private final HttpContext context;
    private final BodyDecoder body;
    private final SocketAddress listener;
    private final boolean secure;
    private ChannelHandlerContext channel;
    private ResponseWriter writer;
    private ConnectionScope scope;
    private SocketAddress peer;
    private Client own;
    private byte[] ownScope;

    private State state = State.HEAD;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private boolean processing;
    private boolean paused;
    private boolean inputClosed;
    private boolean continued;
    private boolean keepAlive;
    private boolean closing;
    private long deadline = NEVER;
    private int thrownAway;
    private int owed;
    private long outstanding;
    private long unsent;
    private long sentAtHalfClose;

    private RequestHead head;
    private Exchange exchange;
    private Client client;
    private byte[] clientScope;
    private boolean expects;
    private ResponseHead logged;
    /** Of the WebSocket that the current request asks for, null if it is an ordinary one. */
    private Handshake handshake;

    private WebSocketSession session;

    /**
     * @param listener where it was accepted
     * @param secure whether TLS is below
     */
    HttpConnection(HttpContext context, SocketAddress listener, boolean secure) {
        this.context = context;
        this.listener = listener;
        this.secure = secure;
        body = new BodyDecoder(context.options().limits().body());
    }

    // --- the channel ---

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        writer = new ResponseWriter(ctx, context);
        if (ctx.channel().isActive()) {
            open();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        open();
    }

    private void open() {
        peer = channel.channel().remoteAddress();
        String scheme = secure ? "https" : "http";
        own = peer instanceof InetSocketAddress address
                ? new Client(address.getAddress().getHostAddress(), address.getPort(), scheme)
                : new Client(null, 0, scheme);
        ownScope = ConnectionScope.client(own.host(), own.port());
        SocketAddress local =
                listener instanceof InetSocketAddress ? channel.channel().localAddress() : listener;
        scope = new ConnectionScope(context.options().http(), local, null);
        context.sweep().add(this);
        deadline = after(System.nanoTime(), timeouts().headerMs());
    }

    private TimeoutOptions timeouts() {
        return context.options().timeouts();
    }

    private static long after(long now, long ms) {
        return ms > 0 ? now + TimeUnit.MILLISECONDS.toNanos(ms) : NEVER;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        closing = false;
        if (!in.isReadable()) {
            in.release();
            in = bytes;
        } else {
            ByteBuf joined =
                    ctx.alloc().directBuffer(in.readableBytes() + Math.max(bytes.readableBytes(), MAX_DRAIN / 4));
            joined.writeBytes(in).writeBytes(bytes);
            in.release();
            bytes.release();
            in = joined;
        }
        process();
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more && in.isReadable()) {
                more = switch (state) {
                    case HEAD -> readHead();
                    case BODY -> readBody();
                    case RESPONSE -> false;
                    case DRAIN -> drainBody();
                    case LINGER, CLOSED -> throwAway();
                };
            }
        } catch (RequestError e) {
            refuse(e);
        } finally {
            processing = false;
        }
        if (!in.isReadable()) {
            in.release();
            in = Unpooled.EMPTY_BUFFER;
        } else if (state == State.RESPONSE && in.readableBytes() > MAX_AHEAD) {
            pause();
        }
    }

    private void pause() {
        if (!paused) {
            paused = true;
            channel.channel().config().setAutoRead(false);
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            channel.channel().config().setAutoRead(true);
        }
    }

    // --- a request ---

    private boolean readHead() throws RequestError {
        head = context.parser().parse(in);
        long now = System.nanoTime();
        if (head == null) {
            if (outstanding == 0) {
                outstanding = now;
                deadline = after(now, timeouts().headerMs());
            }
            return false;
        }
        KnownHeaders known = context.parser().headers();
        outstanding = 0;
        expects = known.expectsContinue();
        handshake = null;
        continued = false;
        logged = null;
        client = own;
        clientScope = ownScope;
        writer.begin(head);
        if (known.forwarded()) {
            forwarded();
        }
        if (known.upgrade() && context.options().websocket().enabled()) {
            upgrade();
        }
        keepAlive = known.keepAlive() && timeouts().keepAliveMs() > 0 && handshake == null;
        boolean hasBody = known.chunked() || known.contentLength() > 0;
        body.begin(known.chunked(), known.contentLength());
        exchange = new Exchange(this, this, context.pool(), now);
        if (hasBody) {
            state = State.BODY;
            deadline = after(now, timeouts().bodyMs());
            if (in.isReadable()) {
                readBody();
            }
        } else {
            state = State.RESPONSE;
            exchange.offer(Unpooled.EMPTY_BUFFER, true);
        }
        if (state == State.RESPONSE) {
            deadline = after(now, timeouts().requestMs());
        }
        exchange.start();
        return true;
    }

    private void upgrade() throws RequestError {
        if (Handshake.isAskedForBy(head)) {
            int refusal = Handshake.refusal(head);
            if (refusal != 0) {
                throw new RequestError(refusal, "a wrong opening handshake of a WebSocket");
            }
            handshake = Handshake.of(head, context.options().websocket().deflate());
        }
    }

    private void forwarded() throws RequestError {
        client = context.forwarding().resolve(head, peer, own);
        if (client == null) {
            client = own;
            throw new RequestError(400, "contradictory forwarded headers");
        }
        if (!client.equals(own)) {
            clientScope = ConnectionScope.client(client.host(), client.port());
        }
    }

    private boolean readBody() throws RequestError {
        while (true) {
            ByteBuf part = body.decode(in);
            boolean end = body.complete();
            if (part == null && !end) {
                deadline = after(System.nanoTime(), timeouts().bodyMs());
                return false;
            }
            if (end) {
                state = State.RESPONSE;
                deadline = after(exchange.startedNanos(), timeouts().requestMs());
            }
            boolean more = exchange.offer(part == null ? Unpooled.EMPTY_BUFFER : part, end);
            if (end) {
                return true;
            }
            if (!more) {
                pause();
                deadline = NEVER;
                return false;
            }
        }
    }

    private boolean drainBody() throws RequestError {
        while (true) {
            ByteBuf part = body.decode(in);
            if (part != null) {
                thrownAway += part.readableBytes();
                part.release();
            }
            if (body.complete()) {
                nextRequest();
                return true;
            }
            if (thrownAway > MAX_DRAIN) {
                linger();
                return true;
            }
            if (part == null) {
                return false;
            }
        }
    }

    private boolean throwAway() {
        thrownAway += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (thrownAway > MAX_DRAIN * 16 && state == State.LINGER) {
            abort();
        }
        return false;
    }

    /** What was sent is no request: says so, and reads no more. */
    private void refuse(RequestError e) {
        LOG.warn("Invalid request from ip={}: {}", own.host(), e.getMessage());
        Exchange running = exchange;
        boolean answered = writer.headWritten();
        if (running != null) {
            exchange = null;
            running.clientGone();
        } else if (head == null) {
            client = own;
            writer.begin(null);
        }
        if (answered && running != null) {
            cutNow();
        } else {
            writer.error(e.status());
            log(running);
            linger();
        }
    }

    // --- the exchange's client ---

    @Override
    public void head(ResponseHead response) {
        logged = response;
        writer.head(response);
    }

    @Override
    public void response(ResponseHead response, ByteBuf bytes, boolean end) {
        head(response);
        body(bytes, end);
    }

    @Override
    public void body(ByteBuf bytes, boolean end) {
        int length = bytes.readableBytes();
        boolean right = writer.body(bytes, end, mayKeep());
        if (!right) {
            cut("its body was shorter than its Content-Length");
        } else if (end) {
            finish();
        } else {
            account(length);
        }
    }

    /** Whether the connection may stay: not if the rest of the request's body would have to be waited for. */
    private boolean mayKeep() {
        return keepAlive
                && !context.draining()
                && !inputClosed
                && (body.complete() || (body.remaining() <= MAX_DRAIN && (!expects || continued)));
    }

    private void account(int bytes) {
        if (channel.channel().isWritable()) {
            exchange.written(bytes);
        } else {
            owed += bytes;
            deadline = after(System.nanoTime(), timeouts().sendMs());
        }
    }

    @Override
    public void file(String path) {
        try {
            if (writer.file(path, mayKeep())) {
                finish();
            } else {
                cut("the file " + path + " is shorter than its Content-Length");
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: the file of its response cannot be sent: {}", summary(), e.toString());
            fail(SERVER_ERROR, "unreadable file");
        }
    }

    @Override
    public void trailers(ResponseHead trailers) {
        if (writer.trailers(trailers, mayKeep())) {
            finish();
        } else {
            cut("its body was shorter than its Content-Length");
        }
    }

    @Override
    public void inform(ResponseHead response) {
        writer.inform(response);
    }

    @Override
    public void continueBody() {
        if (!continued && expects && !writer.headWritten() && state == State.BODY) {
            continued = true;
            writer.continueBody();
        }
    }

    @Override
    public void fail(int status, String reason) {
        LOG.debug("{}: {} {}", summary(), status, reason);
        writer.error(status);
        finish();
    }

    @Override
    public void cut(String reason) {
        LOG.debug("{}: cut, {}", summary(), reason);
        Exchange running = exchange;
        exchange = null;
        log(running);
        if (running != null) {
            running.clientGone();
        }
        cutNow();
    }

    /** Ends the connection such that no client takes what it got for all. */
    private void cutNow() {
        state = State.CLOSED;
        if (peer instanceof InetSocketAddress) {
            channel.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    @Override
    public void readOn() {
        if (state == State.BODY && paused) {
            resume();
            deadline = after(System.nanoTime(), timeouts().bodyMs());
            process();
        }
    }

    @Override
    public MessageSink accept(WorkerStream stream, String subprotocol, ResponseHead response) {
        if (!WebSockets.acceptable(subprotocol)) {
            LOG.error("{}: the app chose a subprotocol that is no token", summary());
            return null;
        }
        logged = response;
        writer.switching();
        log(exchange);
        session = context.webSockets()
                .accept(new WebSocketUpgrade(this, context), handshake, stream, subprotocol, response);
        if (context.draining()) {
            session.goAway();
        }
        return session;
    }

    Channel clientChannel() {
        return channel.channel();
    }

    /** Gives the channel to another handler, and what came behind the request. This still hears of the end of the server. */
    ByteBuf leaveTo(ChannelHandler successor) {
        state = State.CLOSED;
        deadline = NEVER;
        exchange = null;
        resume();
        channel.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.channel().closeFuture().addListener(closed -> context.sweep().remove(this));
        channel.pipeline().replace(this, null, successor);
        ByteBuf rest = in;
        in = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    private void finish() {
        Exchange done = exchange;
        exchange = null;
        log(done);
        head = null;
        owed = 0;
        resume();
        if (!writer.keepAlive()) {
            if (body.complete() && !in.isReadable()) {
                state = State.CLOSED;
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            } else {
                linger();
            }
        } else if (body.complete()) {
            nextRequest();
            process();
        } else {
            state = State.DRAIN;
            thrownAway = 0;
            deadline = System.nanoTime() + DRAIN_NANOS;
            process();
        }
    }

    private void nextRequest() {
        state = State.HEAD;
        head = null;
        outstanding = 0;
        if (inputClosed && !in.isReadable()) {
            close();
            return;
        }
        deadline = after(System.nanoTime(), timeouts().keepAliveMs());
    }

    /** Says that nothing more will come, and reads on for a moment, since data that arrives at a closed socket would destroy the answer. */
    private void linger() {
        state = State.LINGER;
        thrownAway = 0;
        resume();
        deadline = System.nanoTime() + LINGER_NANOS;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (inputClosed || !(channel.channel() instanceof DuplexChannel duplex) || secure) {
                channel.close();
            } else {
                duplex.shutdownOutput();
            }
        });
    }

    private void close() {
        state = State.CLOSED;
        channel.close();
    }

    private void log(Exchange running) {
        if (!context.accessLog().enabled()) {
            return;
        }
        WorkerFacts worker = running == null ? null : running.worker();
        long now = System.nanoTime();
        context.accessLog()
                .log(new AccessEntry(
                        head,
                        client.host(),
                        client.port(),
                        client.scheme(),
                        writer.status() == 0 ? CLIENT_GONE : writer.status(),
                        writer.bodyBytes(),
                        running == null ? now : running.startedNanos(),
                        now,
                        running == null ? 0 : running.queuedNanos(),
                        worker == null ? 0 : worker.pid(),
                        worker == null ? -1 : worker.index(),
                        context.accessLog().wantsResponseHeaders() ? logged : null));
    }

    // --- the exchange's request ---

    @Override
    public void writeScope(Scratch out, WorkerFacts worker) {
        if (worker.wsgi()) {
            handshake = null;
        }
        boolean asked = webSocket();
        byte[] prepared = asked ? scope.webSocket(client.scheme()) : scope.http(client.scheme());
        Kind kind = asked ? Kind.WEBSOCKET : worker.wsgi() ? Kind.WSGI : Kind.HTTP;
        context.scopeWriter().write(out, head, prepared, clientScope, kind);
        out.put('0');
    }

    @Override
    public boolean webSocket() {
        return handshake != null;
    }

    @Override
    public boolean idempotent() {
        return KnownHeaders.idempotent(head);
    }

    @Override
    public boolean expectsContinue() {
        return expects;
    }

    @Override
    public String summary() {
        return head == null ? "no request" : head.method() + " " + head.target();
    }

    // --- what else happens to a connection ---

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && owed > 0 && exchange != null) {
            int bytes = owed;
            owed = 0;
            deadline = after(
                    exchange.startedNanos(),
                    writer.headWritten() ? 0 : timeouts().requestMs());
            exchange.written(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            switch (state) {
                case RESPONSE -> {
                    if (webSocket()) {
                        log(exchange);
                        gone();
                        close();
                        break;
                    }
                    sentAtHalfClose = writer.bodyBytes();
                    deadline = System.nanoTime() + HALF_CLOSED_NANOS;
                }
                case BODY -> {
                    log(exchange);
                    gone();
                    close();
                }
                default -> close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void gone() {
        Exchange running = exchange;
        exchange = null;
        if (running != null) {
            running.clientGone();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            log(exchange);
            gone();
        }
        state = State.CLOSED;
        in.release();
        in = Unpooled.EMPTY_BUFFER;
        context.sweep().remove(this);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("{}: the connection failed", summary(), cause);
        }
        ctx.close();
    }

    boolean isDue(long now) {
        return deadline != NEVER && now - deadline >= 0;
    }

    void onDeadline(long now) {
        deadline = NEVER;
        if (stillSending(now)) {
            return;
        }
        switch (state) {
            case HEAD -> headLate();
            case BODY -> refuse(new RequestError(TIMEOUT, "a body that does not go on"));
            case RESPONSE -> responseLate();
            case DRAIN -> linger();
            case LINGER -> close();
            case CLOSED -> {}
        }
    }

    /** As long as the client takes what was sent, however slowly, nothing else is late. */
    private boolean stillSending(long now) {
        long pending = writer.pending();
        boolean progress = unsent == 0 || pending < unsent;
        unsent = pending;
        if (pending == 0) {
            return false;
        }
        if (progress) {
            deadline = after(now, timeouts().sendMs());
        } else {
            LOG.debug("{}: the client takes nothing", summary());
            log(exchange);
            gone();
            cutNow();
        }
        return true;
    }

    /** What is already on its way to us must be looked at before an idle connection is closed: hence one more round of the event loop. */
    private void headLate() {
        if (in.isReadable()) {
            refuse(new RequestError(TIMEOUT, "a head that is not complete in time"));
        } else if (closing) {
            close();
        } else {
            closing = true;
            deadline = System.nanoTime();
        }
    }

    private void responseLate() {
        if (exchange == null) {
            return;
        }
        if (inputClosed) {
            if (writer.bodyBytes() == sentAtHalfClose) {
                exchange.clientHalfClosed();
            }
        } else if (!exchange.answered()) {
            exchange.timeOut();
        }
    }

    void drain() {
        if (session != null) {
            session.goAway();
        }
        if (state == State.HEAD && !in.isReadable()) {
            closing = true;
            deadline = System.nanoTime();
        }
    }

    void abort() {
        if (session != null) {
            channel.channel().close();
            return;
        }
        cutNow();
    }
}
