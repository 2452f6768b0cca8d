package corral.server.http;

import corral.server.access.AccessEntry;
import corral.server.exchange.Exchange;
import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import corral.server.pool.WorkerStream;
import corral.server.tls.HandshakeEnd;
import corral.server.websocket.Handshake;
import corral.server.websocket.WebSocketSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.SocketAddress;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection: one request after the other is read, given to a worker as an {@link HttpRequest}, answered; what
 * arrives meanwhile waits. On its event loop.
 *
 * <p>Longer than other classes: what changes the state stands together, since each change must fit all others.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int MAX_LINGER = 16 * RequestBody.MAX_DISCARD;
    private static final int LONG_BODY = 128 * 1024;
    private static final int TIMEOUT = 408;

    private enum State {
        /** Waiting for a request, or in its head. */
        HEAD,
        /** In a request's body. */
        BODY,
        /** The worker reads the request's body itself; nothing is read here. */
        LENT,
        /** The request is complete, its response is not. */
        RESPONSE,
        /** The response is complete, the request's body is not: its rest is thrown away. */
        DRAIN,
        /** Everything was said; what the client still sends is thrown away so that it can read that. */
        LINGER,
        CLOSED
    }

    private final HttpContext context;
    private final RequestBody body;
    private final SocketAddress listener;
    private final boolean secure;
    private ChannelHandlerContext channel;
    private ResponseWriter writer;
    private Inbound in;
    private ConnectionPeer peer;
    private ChannelEnd end;
    private Detachment detachment;

    private State state = State.HEAD;
    private boolean processing;
    private boolean inputClosed;
    private boolean closing;
    private final ConnectionDeadline deadline;
    private int thrownAway;
    private int owed;
    private long sentAtHalfClose;
    private boolean handshakeEnded;

    /** The one that is being answered, null between requests. */
    private HttpRequest request;

    private WebSocketSession session;
    private long number;
    private int requests;

    /**
     * @param listener where it was accepted
     * @param secure whether TLS is below
     */
    HttpConnection(HttpContext context, SocketAddress listener, boolean secure) {
        this.context = context;
        this.listener = listener;
        this.secure = secure;
        body = new RequestBody(context.options().limits().body());
        deadline = new ConnectionDeadline(context.options().timeouts());
    }

    // --- the channel ---

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        writer = new ResponseWriter(ctx, context);
        in = new Inbound(ctx);
        if (ctx.channel().isActive()) {
            open();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        open();
    }

    private void open() {
        peer = ConnectionPeer.of(context, channel.channel(), listener, secure);
        end = new ChannelEnd(channel, peer.inet(), secure);
        detachment = new Detachment(channel.channel(), this::gone);
        context.sweep().add(this);
        deadline.firstHead();
        number = context.nextConnection();
        if (context.closingIdle()) {
            closeIfIdle();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        closing = false;
        in.add((ByteBuf) message);
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (handshakeEnded) {
            handshakeEnded = false;
            if (state != State.RESPONSE) {
                HandshakeEnd.acknowledge(ctx.channel());
            }
        }
        ctx.fireChannelReadComplete();
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more && !in.isEmpty()) {
                more = switch (state) {
                    case HEAD -> readHead();
                    case BODY -> readBody();
                    case LENT, RESPONSE -> false;
                    case DRAIN -> drainBody();
                    case LINGER, CLOSED -> throwAway();
                };
            }
        } catch (RequestError e) {
            refuse(e);
        } finally {
            processing = false;
        }
        in.trim();
        if (state == State.RESPONSE && in.size() > MAX_AHEAD) {
            in.pause();
        }
    }

    // --- a request ---

    private boolean readHead() throws RequestError {
        RequestHead head = context.parser().parse(in.bytes(), peer.trusted());
        long now = System.nanoTime();
        if (head == null) {
            deadline.restOfHead();
            return false;
        }
        writer.begin(head);
        KnownHeaders known = context.parser().headers();
        body.begin(known);
        request = request(head, known, now);
        Exchange exchange = request.exchange();
        if (body.complete()) {
            state = State.RESPONSE;
            exchange.offer(Unpooled.EMPTY_BUFFER, true);
        } else {
            state = State.BODY;
            deadline.body();
            if (!in.isEmpty()) {
                readBody();
            }
        }
        if (state == State.RESPONSE) {
            deadline.response(now);
        }
        exchange.start();
        return true;
    }

    private HttpRequest request(RequestHead head, KnownHeaders known, long now) throws RequestError {
        Handshake handshake = null;
        if (known.upgrade() && context.options().websocket().enabled() && Handshake.isAskedForBy(head)) {
            int refusal = Handshake.refusal(head);
            if (refusal != 0) {
                throw new RequestError(refusal, "a wrong opening handshake of a WebSocket");
            }
            handshake = Handshake.of(head, context.options().websocket().deflate());
        }
        return new HttpRequest(this, head, peer.client(head), handshake, now);
    }

    private boolean readBody() throws RequestError {
        switch (body.read(in.bytes(), request.exchange())) {
            case COMPLETE -> {
                state = State.RESPONSE;
                deadline.response(request.exchange().startedNanos());
                return true;
            }
            case STARVED -> deadline.body();
            case FULL -> {
                in.pause();
                deadline.never();
            }
        }
        return false;
    }

    private boolean drainBody() throws RequestError {
        switch (body.discard(in.bytes())) {
            case COMPLETE -> nextRequest();
            case FULL -> linger();
            case STARVED -> {
                return false;
            }
        }
        return true;
    }

    private boolean throwAway() {
        thrownAway += in.clear();
        if (thrownAway > MAX_LINGER && state == State.LINGER) {
            abort();
        }
        return false;
    }

    /** What was sent is no request: says so, and reads no more. */
    private void refuse(RequestError e) {
        LOG.warn("Invalid request from ip={}: {}", peer.own().host(), e.getMessage());
        HttpRequest refused = request;
        request = null;
        if (refused != null && writer.headWritten()) {
            refused.log();
            refused.exchange().clientGone();
            cutNow();
            return;
        }
        if (refused == null) {
            writer.begin(null);
            writer.error(e.status());
            logUnreadable();
        } else {
            refused.exchange().clientGone();
            writer.error(e.status());
            refused.log();
        }
        linger();
    }

    private void logUnreadable() {
        if (context.accessLog().enabled()) {
            Client own = peer.own();
            context.accessLog()
                    .log(AccessEntry.ofUnreadable(
                            own.host(),
                            own.port(),
                            own.scheme(),
                            writer.status(),
                            writer.bodyBytes(),
                            System.nanoTime()));
        }
    }

    // --- what a request asks of its connection ---

    /** What it is called in logs. */
    String id() {
        return "c" + Long.toHexString(number);
    }

    /** The number of a new request on this connection, from 1. */
    int countRequest() {
        return ++requests;
    }

    HttpContext context() {
        return context;
    }

    ResponseWriter writer() {
        return writer;
    }

    /** Whether what is written goes through TLS. */
    boolean secure() {
        return secure;
    }

    ConnectionPeer peer() {
        return peer;
    }

    boolean inBody() {
        return state == State.BODY;
    }

    /** Whether the connection can go on after the response, given that the rest of the body will certainly come. */
    boolean mayStay(boolean bodyComes) {
        return !context.draining() && !inputClosed && (body.complete() || (bodyComes && body.nearlyComplete()));
    }

    /** Body bytes of the response were written: the worker may send more as soon as the client takes them. */
    void account(int bytes) {
        if (channel.channel().isWritable()) {
            request.exchange().written(bytes);
        } else {
            owed += bytes;
            deadline.sending();
        }
    }

    /** What was written has to be taken by the client before anything else can happen. */
    void awaitRoom() {
        deadline.sending();
    }

    /** The worker writes to the client's socket and sees to it that it is taken. */
    void lent() {
        deadline.never();
    }

    /** Whether so much of the request's body is still to come, without framing, that its worker should read it itself. */
    boolean longBody() {
        return body.plain() >= LONG_BODY;
    }

    /** The worker would read the rest of the body itself. Returns whether it may, as soon as nothing reads here. */
    boolean lendBody() {
        // What is still to be written would not be while the channel is off its event loop.
        if (state != State.BODY || body.plain() == 0 || !detachment.joined() || writer.pending() > 0) {
            return false;
        }
        detachment.leave(this::onDetached);
        return true;
    }

    private void onDetached() {
        if (state == State.BODY) {
            process();
            in.resume();
        }
        if (state == State.BODY && request.exchange().lendBody(detachment.descriptor(), body.plain())) {
            state = State.LENT;
            deadline.never();
            return;
        }
        if (state == State.RESPONSE) {
            request.exchange().refuseBodyLoan();
        }
        detachment.join();
    }

    /** The worker has read so much of the body itself, and reads no more. Returns false if that cannot be. */
    boolean received(long bytes, boolean all) {
        if (state != State.LENT || !body.skip(bytes, all)) {
            return false;
        }
        if (all) {
            state = State.RESPONSE;
            deadline.response(request.exchange().startedNanos());
        } else {
            state = State.BODY;
            deadline.body();
        }
        detachment.join();
        return true;
    }

    /** The response cannot be completed. */
    void cut() {
        abandon();
        cutNow();
    }

    /** There is a request and it will not be answered (any further). */
    private void abandon() {
        HttpRequest abandoned = request;
        request = null;
        if (abandoned != null) {
            abandoned.log();
            abandoned.exchange().clientGone();
        }
    }

    private void cutNow() {
        state = State.CLOSED;
        end.cut();
    }

    /** The worker takes more of the request's body. */
    void readOn() {
        if (state == State.BODY && in.paused()) {
            in.resume();
            deadline.body();
            process();
        }
    }

    /** The app accepts the WebSocket that the request asks for. */
    WebSocketSession accept(Handshake handshake, WorkerStream stream, String subprotocol, ResponseHead response) {
        session = context.webSockets()
                .accept(new WebSocketUpgrade(this, context), handshake, stream, subprotocol, response);
        if (context.goingAway()) {
            goAway();
        }
        return session;
    }

    Channel clientChannel() {
        return channel.channel();
    }

    /** Gives the channel to another handler, and what came behind the request. This still hears of the end of the server. */
    ByteBuf leaveTo(ChannelHandler successor) {
        state = State.CLOSED;
        deadline.never();
        request = null;
        in.resume();
        channel.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.channel().closeFuture().addListener(closed -> context.sweep().remove(this));
        channel.pipeline().replace(this, null, successor);
        return in.takeAll();
    }

    /** The response is complete. */
    void finish() {
        // How much of a lent body its worker has read is not known then.
        boolean lost = state == State.LENT;
        detachment.join();
        HttpRequest done = request;
        request = null;
        done.log();
        owed = 0;
        in.resume();
        if (lost || !writer.keepAlive()) {
            if (body.complete() && in.isEmpty()) {
                state = State.CLOSED;
                end.close();
            } else {
                linger();
            }
        } else if (body.complete()) {
            nextRequest();
            process();
        } else {
            state = State.DRAIN;
            deadline.drain();
            process();
        }
    }

    private void nextRequest() {
        state = State.HEAD;
        if (inputClosed && in.isEmpty()) {
            close();
            return;
        }
        deadline.nextHead();
        if (context.closingIdle()) {
            closeIfIdle();
        }
    }

    /** Says that nothing more will come, and reads on for a moment, since data that arrives at a closed socket would destroy the answer. */
    private void linger() {
        state = State.LINGER;
        thrownAway = 0;
        in.resume();
        deadline.linger();
        end.shut(inputClosed);
    }

    private void close() {
        state = State.CLOSED;
        channel.close();
    }

    // --- what else happens to a connection ---

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && owed > 0 && request != null) {
            int bytes = owed;
            owed = 0;
            deadline.never();
            request.exchange().written(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            switch (state) {
                case RESPONSE -> {
                    if (request.webSocket()) {
                        close();
                    } else {
                        sentAtHalfClose = writer.bodyBytes();
                        deadline.halfClosed();
                    }
                }
                default -> close();
            }
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            handshakeEnded = handshake.isSuccess();
            deadline.firstHead();
        } else if (event instanceof ProxiedClient client) {
            peer.proxied(client);
        } else if (event instanceof ProxyRefusal refusal) {
            refuse(new RequestError(refusal.status(), refusal.detail()));
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        ctx.fireChannelInactive();
    }

    private void gone() {
        abandon();
        state = State.CLOSED;
        in.clear();
        context.sweep().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
            LOG.debug(
                    "TLS with {} failed: {}",
                    peer.own().host(),
                    cause.getCause().getMessage());
        } else if (!(cause instanceof IOException)) {
            LOG.error("the connection of {} failed", peer.own(), cause);
        }
        ctx.close();
    }

    boolean isDue(long now) {
        return deadline.isDue(now);
    }

    void onDeadline() {
        deadline.never();
        if (stillSending()) {
            return;
        }
        switch (state) {
            case HEAD -> headLate();
            case BODY -> refuse(new RequestError(TIMEOUT, "a body that does not go on"));
            case RESPONSE -> responseLate();
            case DRAIN -> linger();
            case LENT -> {}
            case LINGER -> close();
            case CLOSED -> {}
        }
    }

    /** As long as the client takes what was sent, however slowly, nothing else is late. */
    private boolean stillSending() {
        long pending = writer.pending();
        if (pending == 0) {
            deadline.nothingPending();
            return false;
        }
        if (deadline.progress(pending)) {
            deadline.sending();
        } else {
            LOG.debug("{}: the client takes nothing", peer.own());
            cut();
        }
        return true;
    }

    /** What is already on its way to us must be looked at before an idle connection is closed: hence one more round of the event loop. */
    private void headLate() {
        if (!in.isEmpty()) {
            refuse(new RequestError(TIMEOUT, "a head that is not complete in time"));
        } else if (closing) {
            close();
        } else {
            closing = true;
            deadline.soon();
        }
    }

    private void responseLate() {
        if (request == null) {
            return;
        }
        if (inputClosed) {
            if (writer.bodyBytes() == sentAtHalfClose) {
                request.exchange().clientHalfClosed();
            }
        } else if (!request.exchange().answered()) {
            request.exchange().timeOut();
        }
    }

    /** The server ends. Whoever has only just come is about to send a request. */
    void closeIfIdle() {
        if (state == State.HEAD && in.isEmpty()) {
            if (requests == 0) {
                deadline.firstHeadAtEnd();
            } else {
                closing = true;
                deadline.soon();
            }
        }
    }

    /** The time for what runs is nearly up. */
    void goAway() {
        if (session != null) {
            session.goAway(context.patienceMs());
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
