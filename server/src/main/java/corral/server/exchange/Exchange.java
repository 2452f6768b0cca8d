package corral.server.exchange;

import corral.server.frames.Marshal;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.pool.LoopPool;
import corral.server.pool.Loss;
import corral.server.pool.Refusal;
import corral.server.pool.WorkerFacts;
import corral.server.pool.WorkerRequest;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its first byte to the last of its response: hands body bytes to the worker as far as its credit goes, the response to
 * the client, and decides what a lost worker means. On the connection's event loop.
 */
public final class Exchange implements WorkerRequest {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final int FIRST_BODY = 64 * 1024;
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int SERVER_ERROR = 500;
    private static final int FORBIDDEN = 403;
    private static final int LOST = 1006; // RFC 6455 7.4.1
    /** What a worker says of requests that it could not wait for any longer when it had to end. */
    private static final String GIVEN_UP = "cancelled";

    private final RequestSource source;
    private final ClientSink client;
    private final LoopPool pool;
    private final long startedNanos;

    private WorkerStream stream;
    private WorkerFacts worker;
    private MessageSink messages;
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private boolean bodyEnd;
    private boolean bodySent;
    private boolean bodyWithHead;
    private boolean headSeen;
    private boolean retried;
    private boolean over;
    private long queuedNanos;

    /** @param nowNanos System.nanoTime() */
    public Exchange(RequestSource source, ClientSink client, LoopPool pool, long nowNanos) {
        this.source = source;
        this.client = client;
        this.pool = pool;
        startedNanos = nowNanos;
    }

    /** Begins; what of the body was {@link #offer}ed before goes with the head. */
    public void start() {
        pool.dispatch(this);
    }

    /**
     * Takes body bytes of the client, which it releases.
     *
     * @param end whether the body is complete
     * @return whether more may be read; if not, {@link ClientSink#readOn} says when
     */
    public boolean offer(ByteBuf bytes, boolean end) {
        bodyEnd = end;
        if (over) {
            bytes.release();
            return true;
        }
        append(bytes);
        if (stream != null) {
            sendBody();
        }
        return end || (pending.readableBytes() < FIRST_BODY && (stream == null || stream.credit() > 0));
    }

    private void append(ByteBuf bytes) {
        if (!pending.isReadable()) {
            pending.release();
            pending = bytes;
        } else {
            ByteBuf joined = bytes.alloc().directBuffer(pending.readableBytes() + bytes.readableBytes());
            joined.writeBytes(pending).writeBytes(bytes);
            pending.release();
            bytes.release();
            pending = joined;
        }
    }

    private void sendBody() {
        while (!bodySent) {
            int length = Math.min(pending.readableBytes(), Math.max(0, stream.credit()));
            boolean last = bodyEnd && length == pending.readableBytes();
            if (length == 0 && !last) {
                return;
            }
            bodySent = last;
            stream.body(pending.readRetainedSlice(length), last);
        }
    }

    /** The client is gone: its app is told, and nothing more comes from here. */
    public void clientGone() {
        if (end()) {
            if (stream == null) {
                pool.withdraw(this);
            } else if (source.webSocket()) {
                stream.disconnect(LOST, "");
            } else {
                stream.disconnect();
            }
        }
    }

    /** The client has closed its sending side and may still read. */
    public void clientHalfClosed() {
        if (stream != null && !over) {
            stream.halfClose();
        }
    }

    /** Body bytes of the response that the client's socket has taken. */
    public void written(int bytes) {
        if (stream != null && bytes > 0) {
            stream.give(bytes);
        }
    }

    /** The response has not begun in time. */
    public void timeOut() {
        clientGone();
        client.fail(GATEWAY_TIMEOUT, "no response in time");
    }

    /** Whether the app has begun to answer. */
    public boolean answered() {
        return headSeen;
    }

    /** System.nanoTime() of the beginning. */
    public long startedNanos() {
        return startedNanos;
    }

    /** How long it waited for a worker. */
    public long queuedNanos() {
        return queuedNanos;
    }

    /** The worker that had it last, null if none had. */
    public WorkerFacts worker() {
        return worker;
    }

    private boolean end() {
        boolean first = !over;
        over = true;
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
        return first;
    }

    // --- WorkerRequest ---

    @Override
    public int writeRequest(Scratch out, WorkerFacts chosen) {
        int length = Math.min(pending.readableBytes(), FIRST_BODY);
        Marshal.tuple(out, 2);
        source.writeScope(out, chosen);
        out.put('s');
        out.putInt(length);
        if (length > 0) {
            out.ensure(length);
            pending.getBytes(pending.readerIndex(), out.array(), out.size(), length);
            out.advance(length);
        }
        bodyWithHead = bodyEnd && length == pending.readableBytes();
        bodySent = bodyWithHead;
        if (!bodyWithHead) {
            pending.skipBytes(length);
        }
        return length;
    }

    @Override
    public boolean bodyComplete() {
        return bodySent;
    }

    @Override
    public boolean expectsContinue() {
        return !bodyEnd && source.expectsContinue();
    }

    @Override
    public boolean lendable() {
        return source.lendable();
    }

    @Override
    public boolean longBody() {
        return !bodySent && source.longBody();
    }

    @Override
    public void onDispatched(WorkerStream taken) {
        stream = taken;
        worker = taken.worker();
        queuedNanos = System.nanoTime() - startedNanos;
    }

    @Override
    public void onRefused(Refusal refusal) {
        if (end()) {
            client.fail(UNAVAILABLE, refusal.toString());
        }
    }

    // --- StreamListener ---

    @Override
    public void onCredit() {
        if (messages != null) {
            messages.onCredit();
            return;
        }
        if (over) {
            return;
        }
        sendBody();
        if (!bodyEnd && stream.credit() > 0) {
            client.readOn();
        }
    }

    @Override
    public void onBodyWanted() {
        if (!over && !headSeen) {
            client.continueBody();
        }
    }

    @Override
    public void onHead(ResponseHead head) {
        if (!over) {
            headSeen = true;
            client.head(head);
        }
    }

    @Override
    public void onResponse(ResponseHead head, ByteBuf body, boolean end) {
        if (over) {
            body.release();
            return;
        }
        headSeen = true;
        if (end) {
            end();
        }
        client.response(head, body, end);
    }

    @Override
    public void onBody(ByteBuf bytes, boolean end) {
        if (over || !headSeen) {
            bytes.release();
            headless();
            return;
        }
        if (end) {
            end();
        }
        client.body(bytes, end);
    }

    @Override
    public void onPath(String path) {
        if (!headSeen) {
            headless();
        } else if (end()) {
            client.file(path);
        }
    }

    @Override
    public void onBorrow() {
        if (!headSeen) {
            headless();
        } else if (!over && !client.borrow()) {
            stream.refuseLoan();
        }
    }

    /** Lends the client's socket to the worker that has asked for it, see {@link WorkerStream#lend}. */
    public void lend(int descriptor, int patienceMs) {
        if (!over) {
            stream.lend(descriptor, patienceMs);
        }
    }

    @Override
    public void onSent(long bytes, boolean end) {
        if (over) {
            return;
        }
        if (end) {
            end();
        }
        client.sent(bytes, end);
    }

    @Override
    public void onBorrowBody() {
        if (!over && !client.borrowBody()) {
            stream.refuseBodyLoan();
        }
    }

    /**
     * Lends the client's socket to the worker that has asked for the rest of the body, see {@link WorkerStream#lendBody}. What has not been sent of it goes before.
     *
     * @return false if it cannot be lent, which the worker knows
     */
    public boolean lendBody(int descriptor, long remaining) {
        if (over) {
            return false;
        }
        int held = pending.readableBytes();
        if (held > 0) {
            stream.body(pending.readRetainedSlice(held), false);
        }
        return stream.lendBody(descriptor, remaining);
    }

    /** The body has come to its end before the client's socket could be lent for it. */
    public void refuseBodyLoan() {
        if (!over) {
            stream.refuseBodyLoan();
        }
    }

    @Override
    public void onReceived(long bytes, boolean end) {
        if (over) {
            return;
        }
        if (!client.received(bytes, end)) {
            LOG.error("{}: its worker read {} bytes of its body itself, which cannot be", source.summary(), bytes);
            stream.disconnect();
            fail(BAD_GATEWAY, "a wrong length of a body");
            return;
        }
        bodyEnd |= end;
        bodySent |= end;
    }

    @Override
    public void onTrailers(ResponseHead trailers) {
        if (!headSeen) {
            headless();
        } else if (end()) {
            client.trailers(trailers);
        }
    }

    /** A worker that does not keep to the protocol. */
    private void headless() {
        if (!over) {
            LOG.error("{}: its worker sent a body before a head", source.summary());
            stream.disconnect();
            fail(BAD_GATEWAY, "a body before a head");
        }
    }

    @Override
    public void onInform(ResponseHead head) {
        if (!over && !headSeen) {
            client.inform(head);
        }
    }

    @Override
    public void onAbort(String reason) {
        if (messages != null) {
            LOG.debug("{}: {}", source.summary(), reason);
            messages.onAppFailed();
            return;
        }
        fail(reason.equals(GIVEN_UP) ? GATEWAY_TIMEOUT : SERVER_ERROR, reason);
    }

    @Override
    public String onLost(Loss loss) {
        String held = loss.held(source.summary(), source.id(), startedNanos);
        if (messages != null) {
            messages.onAppFailed();
            return held + "; its WebSocket is closed";
        }
        if (over) {
            return null;
        }
        if (mayRetry(loss)) {
            retried |= loss.begun();
            headSeen = false;
            stream = null;
            pool.dispatchAgain(this);
            return held + "; another worker gets it";
        }
        headSeen &= !client.untouched();
        fail(loss.silent() ? GATEWAY_TIMEOUT : BAD_GATEWAY, loss.reason());
        return held + (headSeen ? "; its response is cut" : "; its client is told");
    }

    /**
     * What no app has seen can be given to another worker. Otherwise it may be done twice, if that is harmless and the client knows of nothing; but not more
     * often, since it may be the one that its workers died or hung of.
     */
    private boolean mayRetry(Loss loss) {
        boolean harmless = !loss.begun() || (!retried && source.idempotent());
        return harmless && bodyWithHead && (!headSeen || client.untouched());
    }

    private void fail(int status, String reason) {
        if (!end()) {
            return;
        }
        if (headSeen) {
            client.cut(reason);
        } else {
            client.fail(status, reason);
        }
    }

    @Override
    public void onAccept(String subprotocol, ResponseHead headers) {
        if (over || headSeen) {
            return;
        }
        messages = source.webSocket() ? client.accept(stream, subprotocol, headers) : null;
        if (messages == null) {
            clientGone();
            client.fail(SERVER_ERROR, "the app accepts a WebSocket that cannot be");
        } else {
            end();
        }
    }

    @Override
    public void onText(ByteBuf message) {
        onMessage(true, message);
    }

    @Override
    public void onBinary(ByteBuf message) {
        onMessage(false, message);
    }

    private void onMessage(boolean text, ByteBuf message) {
        if (messages == null) {
            message.release();
        } else {
            messages.onMessage(text, message);
        }
    }

    @Override
    public void onClose(int code, String reason) {
        if (messages == null) {
            fail(source.webSocket() ? FORBIDDEN : SERVER_ERROR, "the app closes the WebSocket before it accepts it");
        } else {
            messages.onAppClosed(code, reason);
        }
    }
}
