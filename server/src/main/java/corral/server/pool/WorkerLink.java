package corral.server.pool;

import corral.server.frames.FrameException;
import corral.server.frames.FrameListener;
import corral.server.frames.FrameReader;
import corral.server.frames.FrameType;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.frames.WorkerHello;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.collection.IntObjectHashMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection between an event loop and a worker: its streams, and what the worker says of them. */
final class WorkerLink extends ChannelInboundHandlerAdapter implements FrameListener {
    static final int WINDOW = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerLink.class);
    private static final int ROOM = 64 * 1024;
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LoopPool loop;
    private final FrameReader reader;
    private final FrameOutput output = new FrameOutput(this::onWriteFailed);
    private final IntObjectHashMap<RemoteStream> streams = new IntObjectHashMap<>();
    private final Scratch scratch = new Scratch();

    private ChannelHandlerContext context;
    private WorkerHello hello;
    private WorkerHandle worker;
    private ByteBuf unread;
    private LoanSocket loans;
    private int lastStream;
    private long opened;
    private boolean broken;
    private boolean lastDue;
    private boolean lastSaid;
    private long pingedAt;
    private boolean pingDue = true;

    WorkerLink(LoopPool loop) {
        this.loop = loop;
        reader = new FrameReader(this, loop.pool().maxFrame());
    }

    /** Null until it takes requests here. */
    WorkerHandle worker() {
        return worker;
    }

    FrameOutput output() {
        return output;
    }

    /** Gives it a request for which a place was taken. */
    void open(WorkerRequest request) {
        int number = nextStream();
        opened++;
        RemoteStream stream = new RemoteStream(this, number, request, opened, output.batch());
        streams.put(number, stream);
        request.onDispatched(stream);
        scratch.clear();
        int bodyBytes = request.writeRequest(scratch, worker.facts());
        int flags = (request.bodyComplete() ? FrameType.END : 0)
                | (request.expectsContinue() ? FrameType.EXPECT : 0)
                | (request.lendable() ? FrameType.LENDABLE : 0)
                | (request.longBody() ? FrameType.LONG : 0);
        stream.spend(bodyBytes);
        output.frame(FrameType.REQUEST, flags, number, scratch);
        if (worker.countToDue()) {
            output.frame(FrameType.DUE, 0, 0);
        }
    }

    private int nextStream() {
        do {
            lastStream = lastStream == Integer.MAX_VALUE ? 1 : lastStream + 1;
        } while (streams.containsKey(lastStream));
        return lastStream;
    }

    /** Tells the worker to finish what it has and go. */
    void askToStop() {
        if (worker.askToStop()) {
            output.frame(FrameType.STOP, 0, 0);
        }
    }

    /** Tells the worker that this front ends, so that it looks for another one. */
    void sayGoing() {
        output.frame(FrameType.GOING, 0, 0);
    }

    /** The worker has asked for no more requests, but was not promised yet that none come. */
    boolean mayStillAsk() {
        return !lastSaid && !worker.lost();
    }

    /** Promises that no more requests come, if the worker has asked for that. */
    void sayLast() {
        if (lastDue && !lastSaid) {
            lastSaid = true;
            output.frame(FrameType.LAST, 0, 0);
        }
    }

    /** Passes the client's socket, if that can be done, and says so. */
    void lend(int stream, int descriptor, int patienceMs) {
        output.loan(pass(descriptor) ? 0 : FrameType.REFUSED, stream, patienceMs);
    }

    /** Passes the client's socket for the rest of the client's body, if that can be done, and says so. Returns whether it was. */
    boolean lendBody(int stream, int descriptor, long remaining) {
        boolean passed = pass(descriptor);
        output.bodyLoan(passed ? 0 : FrameType.REFUSED, stream, remaining);
        return passed;
    }

    private boolean pass(int descriptor) {
        if (loans == null) {
            loans = new LoanSocket(hello);
        }
        return loans.pass(descriptor);
    }

    void end(RemoteStream stream) {
        if (streams.remove(stream.number()) != null) {
            worker.release();
            loop.onPlace();
        }
    }

    /** Asks for a sign of life each second; a worker that gives none gets no requests until it does. */
    void ping(long nowNanos) {
        if (pingDue && nowNanos - pingedAt > PING_NANOS) {
            pingDue = false;
            pingedAt = nowNanos;
            output.ping(nowNanos);
        } else if (!pingDue && nowNanos - pingedAt > PING_NANOS && !worker.silent()) {
            LOG.warn("{} does not answer; it gets no requests until it does", worker);
            worker.silent(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        output.open(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        scratch.clear();
        FrontHello.write(scratch, loop.pool().loops(), loop.index());
        output.frame(FrameType.HELLO, 0, 0, scratch);
        loop.expect();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (unread != null) {
            unread.writeBytes(in);
            in.release();
            in = unread;
            unread = null;
        }
        try {
            reader.read(in);
            keep(ctx, in);
        } catch (FrameException e) {
            LOG.error("{} sent {}; its connection is closed", worker == null ? "a worker" : worker, e.getMessage());
            in.release();
            broken = true;
            ctx.close();
        }
    }

    /** Keeps the beginning of a frame whose rest is still to come, with room for that. */
    private void keep(ChannelHandlerContext ctx, ByteBuf in) {
        int left = in.readableBytes();
        if (left > 0) {
            int need = left >= FrameType.HEADER ? FrameType.HEADER + in.getIntLE(in.readerIndex()) : FrameType.HEADER;
            unread = ctx.alloc().directBuffer(Math.max(need, left) + ROOM);
            unread.writeBytes(in);
        }
        in.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (unread != null) {
            unread.release();
            unread = null;
        }
        output.close();
        if (loans != null) {
            loans.close();
        }
        if (worker == null) {
            loop.expectNoMore();
            return;
        }
        boolean expected = worker.stopping() || loop.draining();
        worker.lose();
        loop.remove(this);
        if (!expected) {
            LOG.warn("{} is gone without a word: it died or was killed", worker);
        }
        if (!streams.isEmpty()) {
            loseStreams();
        }
        loop.pool().leave(worker);
    }

    private void loseStreams() {
        boolean silent = worker.silent();
        String reason = worker + (silent ? " stopped answering and was replaced" : " died");
        Ledger ledger = worker.ledger();
        // A worker that lives on may be starting some right now.
        long started = broken
                ? Long.MAX_VALUE
                : ledger == null ? -1 : ledger.started(hello.ledger().slot());
        for (RemoteStream stream : new ArrayList<>(streams.values())) {
            boolean begun = started < 0 ? output.maybeSent(stream.batch()) : stream.sequence() <= started;
            String held = stream.lose(new Loss(reason, silent, begun));
            if (held != null && worker.mayReport()) {
                LOG.warn("{} while it had {}", reason, held);
            }
        }
    }

    /** What it sent before can still be read; its end follows. */
    private void onWriteFailed() {
        if (worker != null) {
            worker.stop();
        }
        context.executor().schedule(this::breakOff, 1, TimeUnit.SECONDS);
    }

    private void breakOff() {
        if (context.channel().isActive()) {
            broken = true;
            context.close();
        }
    }

    /** Of failed reads the channel takes care itself, after everything that came before. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            output.fail();
        } else {
            LOG.error("the connection to {} failed", worker, cause);
            broken = true;
            ctx.close();
        }
    }

    // --- what the worker says ---

    @Override
    public void onHello(WorkerHello said) throws FrameException {
        loop.pool().check(said);
        hello = said;
    }

    @Override
    public void onReady() throws FrameException {
        if (worker != null) {
            throw new FrameException("READY a second time");
        }
        loop.expectNoMore();
        worker = loop.pool().join(hello);
        if (worker.ledger() != null) {
            output.dontTrack();
        }
        loop.add(this);
    }

    @Override
    public void onStart(int number, ResponseHead head) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onHead(head);
        }
    }

    @Override
    public void onResponse(int number, ResponseHead head, ByteBuf body, boolean end) {
        RemoteStream stream = streams.get(number);
        if (stream == null) {
            body.release();
            return;
        }
        (end ? stream.finish() : stream.listener()).onResponse(head, body, end);
    }

    @Override
    public void onBody(int number, ByteBuf bytes, boolean end) {
        RemoteStream stream = streams.get(number);
        if (stream == null) {
            bytes.release();
            return;
        }
        (end ? stream.finish() : stream.listener()).onBody(bytes, end);
    }

    @Override
    public void onCredit(int number, int bytes) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.earn(bytes);
        }
    }

    @Override
    public void onPath(int number, String path) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.finish().onPath(path);
        }
    }

    @Override
    public void onBorrow(int number) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onBorrow();
        }
    }

    @Override
    public void onSent(int number, long bytes, boolean end) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            (end ? stream.finish() : stream.listener()).onSent(bytes, end);
        }
    }

    @Override
    public void onBorrowBody(int number) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onBorrowBody();
        }
    }

    @Override
    public void onReceived(int number, long bytes, boolean end) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onReceived(bytes, end);
        }
    }

    @Override
    public void onTrailers(int number, ResponseHead trailers) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.finish().onTrailers(trailers);
        }
    }

    @Override
    public void onInform(int number, ResponseHead head) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onInform(head);
        }
    }

    @Override
    public void onAbort(int number, String reason) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.finish().onAbort(reason);
        }
    }

    @Override
    public void onPong(long token) {
        pingDue = true;
        if (worker != null && worker.silent()) {
            worker.silent(false);
            LOG.warn("{} answers again", worker);
            loop.pump();
            loop.pool().wakeOthers(loop);
        }
    }

    @Override
    public void onStopping() {
        lastDue = true;
        if (worker == null) {
            sayLast();
        } else {
            worker.stop();
            loop.settle();
        }
    }

    @Override
    public void onAccept(int number, String subprotocol, ResponseHead headers) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.listener().onAccept(subprotocol, headers);
        }
    }

    @Override
    public void onText(int number, ByteBuf message) {
        RemoteStream stream = streams.get(number);
        if (stream == null) {
            message.release();
        } else {
            stream.listener().onText(message);
        }
    }

    @Override
    public void onBinary(int number, ByteBuf message) {
        RemoteStream stream = streams.get(number);
        if (stream == null) {
            message.release();
        } else {
            stream.listener().onBinary(message);
        }
    }

    @Override
    public void onClose(int number, int code, String reason) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.finish().onClose(code, reason);
        }
    }
}
