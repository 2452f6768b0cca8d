package corral.server.http;

import corral.server.access.AccessEntry;
import corral.server.exchange.ClientSink;
import corral.server.exchange.Exchange;
import corral.server.exchange.MessageSink;
import corral.server.exchange.RequestHead;
import corral.server.exchange.RequestSource;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.http.ConnectionScope.Variant;
import corral.server.http.ScopeWriter.Kind;
import corral.server.pool.WorkerFacts;
import corral.server.pool.WorkerStream;
import corral.server.websocket.Handshake;
import corral.server.websocket.WebSockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of an {@link HttpConnection} between its head and the end of its response: what the worker is told of it, and what its answer becomes. */
final class HttpRequest implements ClientSink, RequestSource {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRequest.class);
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_GONE = 499;
    private static final int MAX_ID = 128;

    private final HttpConnection connection;
    private final HttpContext context;
    private final RequestHead head;
    private final Client client;
    private final byte[] clientScope;
    private final boolean expects;
    private final boolean keepAlive;
    private final boolean takesTrailers;
    private final Exchange exchange;
    private final int number;
    private Handshake handshake;
    private boolean continued;
    private ResponseHead logged;

    /**
     * Takes what was just parsed.
     *
     * @param client who sent it
     * @param handshake of the WebSocket that it asks for, null if it is an ordinary request
     * @param nowNanos System.nanoTime()
     */
    HttpRequest(HttpConnection connection, RequestHead head, Client client, Handshake handshake, long nowNanos) {
        this.connection = connection;
        this.context = connection.context();
        this.head = head;
        this.client = client;
        this.clientScope = connection.peer().clientScope(client);
        this.handshake = handshake;
        KnownHeaders known = context.parser().headers();
        expects = known.expectsContinue();
        takesTrailers = known.trailersAccepted();
        keepAlive = known.keepAlive() && context.options().timeouts().keepAliveMs() > 0 && handshake == null;
        number = connection.countRequest();
        exchange = new Exchange(this, this, context.pool(), nowNanos);
    }

    Exchange exchange() {
        return exchange;
    }

    private ResponseWriter writer() {
        return connection.writer();
    }

    // --- what the worker is told ---

    @Override
    public void writeScope(Scratch out, WorkerFacts worker) {
        if (worker.wsgi()) {
            handshake = null;
        }
        Variant variant = webSocket() ? Variant.WEBSOCKET : takesTrailers ? Variant.HTTP_TRAILERS : Variant.HTTP;
        byte[] prepared = connection.peer().scope().of(variant, client.scheme());
        Kind kind = webSocket() ? Kind.WEBSOCKET : worker.wsgi() ? Kind.WSGI : Kind.HTTP;
        context.scopeWriter().write(out, head, prepared, clientScope, kind);
        if (kind == Kind.WSGI && connection.peer().proxied() != null) {
            out.put(connection.peer().proxied());
        }
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
    public boolean lendable() {
        return !connection.secure() && connection.clientChannel() instanceof UnixChannel;
    }

    @Override
    public boolean longBody() {
        return lendable() && connection.longBody();
    }

    @Override
    public String summary() {
        return head.method() + " " + head.rawPath();
    }

    @Override
    public String id() {
        String given = head.header("x-request-id");
        return given != null && isSane(given) ? given : connection.id() + "-" + number;
    }

    private static boolean isSane(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID && id.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    // --- what its answer becomes ---

    @Override
    public void head(ResponseHead response) {
        logged = response;
        writer().head(response);
    }

    @Override
    public void response(ResponseHead response, ByteBuf bytes, boolean end) {
        head(response);
        body(bytes, end);
    }

    @Override
    public void body(ByteBuf bytes, boolean end) {
        int length = bytes.readableBytes();
        boolean right = writer().body(bytes, end, mayKeep());
        if (!right) {
            cut("its body was shorter than its Content-Length");
        } else if (end) {
            connection.finish();
        } else {
            connection.account(length);
        }
    }

    /** Whether the connection may stay: not if a body would have to be waited for that may never come. */
    private boolean mayKeep() {
        return keepAlive && connection.mayStay(!expects || continued);
    }

    @Override
    public void file(String path) {
        try {
            if (writer().file(path, mayKeep())) {
                connection.finish();
            } else {
                cut("the file " + path + " is shorter than its Content-Length");
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: the file of its response cannot be sent: {}", summary(), e.toString());
            fail(SERVER_ERROR, "unreadable file");
        }
    }

    @Override
    public boolean borrow() {
        ChannelFuture room = lendable() ? writer().makeRoom(mayKeep()) : null;
        if (room == null) {
            return false;
        }
        if (room.isSuccess()) {
            lend();
        } else {
            connection.awaitRoom();
            room.addListener(written -> {
                if (written.isSuccess()) {
                    lend();
                }
            });
        }
        return true;
    }

    private void lend() {
        connection.lent();
        long patience = context.options().timeouts().sendMs();
        UnixChannel channel = (UnixChannel) connection.clientChannel();
        exchange.lend(channel.fd().intValue(), (int) Math.min(patience, Integer.MAX_VALUE));
    }

    @Override
    public void sent(long bytes, boolean end) {
        if (!writer().sent(bytes, end)) {
            cut("its body was not as long as its Content-Length");
        } else if (end) {
            connection.finish();
        }
    }

    @Override
    public boolean borrowBody() {
        return lendable() && connection.lendBody();
    }

    @Override
    public boolean received(long bytes, boolean end) {
        return connection.received(bytes, end);
    }

    @Override
    public void trailers(ResponseHead trailers) {
        if (writer().trailers(takesTrailers ? trailers : ResponseHead.of(0), mayKeep())) {
            connection.finish();
        } else {
            cut("its body was shorter than its Content-Length");
        }
    }

    @Override
    public void inform(ResponseHead response) {
        writer().inform(response);
    }

    @Override
    public void continueBody() {
        if (!continued && expects && !writer().headWritten() && connection.inBody()) {
            continued = true;
            writer().continueBody();
        }
    }

    @Override
    public void fail(int status, String reason) {
        LOG.debug("{}: {} {}", summary(), status, reason);
        writer().error(status);
        connection.finish();
    }

    @Override
    public void cut(String reason) {
        LOG.debug("{}: cut, {}", summary(), reason);
        connection.cut();
    }

    @Override
    public boolean untouched() {
        return !writer().headWritten();
    }

    @Override
    public void readOn() {
        connection.readOn();
    }

    @Override
    public MessageSink accept(WorkerStream stream, String subprotocol, ResponseHead response) {
        if (!WebSockets.acceptable(subprotocol)) {
            LOG.error("{}: the app chose a subprotocol that is no token", summary());
            return null;
        }
        logged = response;
        writer().switching();
        log();
        return connection.accept(handshake, stream, subprotocol, response);
    }

    /** Reports it to the access log, as far as it came. */
    void log() {
        if (!context.accessLog().enabled()) {
            return;
        }
        WorkerFacts worker = exchange.worker();
        context.accessLog()
                .log(new AccessEntry(
                        head,
                        client.host(),
                        client.port(),
                        client.scheme(),
                        writer().status() == 0 ? CLIENT_GONE : writer().status(),
                        writer().bodyBytes(),
                        exchange.startedNanos(),
                        System.nanoTime(),
                        exchange.queuedNanos(),
                        worker == null ? 0 : worker.pid(),
                        worker == null ? -1 : worker.index(),
                        context.accessLog().wantsResponseHeaders() ? logged : null));
    }
}
