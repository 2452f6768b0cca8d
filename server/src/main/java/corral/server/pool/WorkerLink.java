package corral.server.pool;

import corral.server.frames.FrameException;
import corral.server.frames.FrameListener;
import corral.server.frames.FrameReader;
import corral.server.frames.FrameType;
import corral.server.frames.Marshal;
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

/** One connection between an event loop and a worker: numbers its streams, and collects what is to be sent into one write per wakeup. */
final class WorkerLink extends ChannelInboundHandlerAdapter implements FrameListener {
    static final int WINDOW = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerLink.class);
    private static final int BATCH = 64 * 1024;
    private static final int SMALL_BATCH = 2 * 1024;
    private static final int COPY = 4 * 1024;
    private static final int VERSION = 1;
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LoopPool loop;
    private final FrameReader reader;
    private final IntObjectHashMap<RemoteStream> streams = new IntObjectHashMap<>();
    private final Scratch scratch = new Scratch();
    private final Runnable flush = this::flush;

    private ChannelHandlerContext context;
    private WorkerHandle worker;
    private ByteBuf unread;
    private ByteBuf out;
    private int usualBatch = SMALL_BATCH;
    private boolean flushDue;
    private int lastStream;
    private long pingedAt;
    private boolean pingDue = true;

    WorkerLink(LoopPool loop) {
        this.loop = loop;
        reader = new FrameReader(this, loop.pool().maxFrame());
    }

    WorkerHandle worker() {
        return worker;
    }

    /** Gives it a request for which a place was taken. */
    void open(WorkerRequest request) {
        int number = nextStream();
        RemoteStream stream = new RemoteStream(this, number, request);
        streams.put(number, stream);
        request.onDispatched(stream);
        scratch.clear();
        int bodyBytes = request.writeRequest(scratch, worker.facts());
        int flags = (request.bodyComplete() ? FrameType.END : 0) | (request.expectsContinue() ? FrameType.EXPECT : 0);
        stream.spend(bodyBytes);
        header(FrameType.REQUEST, flags, number, scratch.size());
        scratch.copyTo(out);
        if (worker.countToLast()) {
            askToStop();
        }
    }

    private int nextStream() {
        do {
            lastStream = lastStream == Integer.MAX_VALUE ? 1 : lastStream + 1;
        } while (streams.containsKey(lastStream));
        return lastStream;
    }

    /** Begins a frame in the batch, with room for that much of its payload, which is to be written to {@link #out} at once. */
    private void header(int type, int flags, int stream, int length, int room) {
        if (out == null) {
            out = context.alloc().directBuffer(Math.max(usualBatch, FrameType.HEADER + room));
        }
        out.ensureWritable(FrameType.HEADER + room);
        out.writeIntLE(length);
        out.writeIntLE(stream);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeShort(0);
        if (!flushDue) {
            flushDue = true;
            context.channel().eventLoop().execute(flush);
        }
    }

    private void header(int type, int flags, int stream, int length) {
        header(type, flags, stream, length, length);
    }

    private void flush() {
        flushDue = false;
        ByteBuf batch = out;
        out = null;
        if (batch == null) {
            context.flush();
        } else {
            usualBatch =
                    Math.min(BATCH, Math.max(SMALL_BATCH, usualBatch - usualBatch / 8 + batch.readableBytes() / 4));
            context.writeAndFlush(batch, context.voidPromise());
        }
    }

    void send(int type, int flags, int stream, ByteBuf payload) {
        int length = payload.readableBytes();
        if (length <= COPY) {
            header(type, flags, stream, length);
            out.writeBytes(payload);
            payload.release();
        } else {
            header(type, flags, stream, length, 0);
            context.write(out, context.voidPromise());
            out = null;
            context.write(payload, context.voidPromise());
        }
    }

    void sendCredit(int stream, int bytes) {
        header(FrameType.CREDIT, 0, stream, Integer.BYTES);
        out.writeIntLE(bytes);
    }

    void sendDisconnect(int stream, int flags) {
        header(FrameType.DISCONNECT, flags, stream, 0);
    }

    void sendDisconnect(int stream, int code, byte[] reason) {
        header(FrameType.DISCONNECT, 0, stream, Short.BYTES + reason.length);
        out.writeShortLE(code);
        out.writeBytes(reason);
    }

    /** Tells the worker to finish what it has and go. */
    void askToStop() {
        if (worker.askToStop()) {
            header(FrameType.STOP, 0, 0, 0);
        }
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
            header(FrameType.PING, 0, 0, Long.BYTES);
            out.writeLong(nowNanos);
        } else if (!pingDue && nowNanos - pingedAt > PING_NANOS && !worker.silent()) {
            LOG.warn("{} does not answer; it gets no requests until it does", worker);
            worker.silent(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        scratch.clear();
        Marshal.dict(scratch);
        number("version", VERSION);
        number("loops", loop.pool().loops());
        number("loop", loop.index());
        number("window", WINDOW);
        Marshal.endDict(scratch);
        header(FrameType.HELLO, 0, 0, scratch.size());
        scratch.copyTo(out);
    }

    private void number(String key, int value) {
        Marshal.interned(scratch, key);
        Marshal.integer(scratch, value);
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
            ctx.close();
        }
    }

    /** Keeps the beginning of a frame whose rest is still to come, with room for that. */
    private void keep(ChannelHandlerContext ctx, ByteBuf in) {
        int left = in.readableBytes();
        if (left > 0) {
            int need = left >= FrameType.HEADER ? FrameType.HEADER + in.getIntLE(in.readerIndex()) : FrameType.HEADER;
            unread = ctx.alloc().directBuffer(Math.max(need, left) + BATCH);
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
        if (out != null) {
            out.release();
            out = null;
        }
        if (worker == null) {
            return;
        }
        boolean silent = worker.silent();
        boolean expected = worker.stopping() || loop.draining();
        worker.stop();
        loop.remove(this);
        loop.pool().leave(worker);
        if (!expected) {
            LOG.warn("{} is gone without a word: it died or was killed", worker);
        }
        String reason = silent ? "stopped answering and was replaced" : "died";
        for (RemoteStream stream : new ArrayList<>(streams.values())) {
            stream.lose(silent, worker + " " + reason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("the connection to {} failed", worker, cause);
        }
        ctx.close();
    }

    // --- what the worker says ---

    @Override
    public void onHello(WorkerHello hello) throws FrameException {
        worker = loop.pool().join(hello);
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
        if (end) {
            stream.finish();
        }
        stream.listener().onResponse(head, body, end);
    }

    @Override
    public void onBody(int number, ByteBuf bytes, boolean end) {
        RemoteStream stream = streams.get(number);
        if (stream == null) {
            bytes.release();
            return;
        }
        if (end) {
            stream.finish();
        }
        stream.listener().onBody(bytes, end);
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
            stream.finish();
            stream.listener().onPath(path);
        }
    }

    @Override
    public void onTrailers(int number, ResponseHead trailers) {
        RemoteStream stream = streams.get(number);
        if (stream != null) {
            stream.finish();
            stream.listener().onTrailers(trailers);
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
            stream.finish();
            stream.listener().onAbort(reason);
        }
    }

    @Override
    public void onPong(long token) {
        pingDue = true;
        if (worker.silent()) {
            worker.silent(false);
            LOG.warn("{} answers again", worker);
            loop.pump();
            loop.pool().wakeOthers(loop);
        }
    }

    @Override
    public void onStopping() {
        worker.stop();
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
            stream.finish();
            stream.listener().onClose(code, reason);
        }
    }
}
