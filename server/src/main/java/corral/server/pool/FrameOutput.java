package corral.server.pool;

import corral.server.frames.FrameType;
import corral.server.frames.Scratch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;

/** Frames on their way to a worker, collected into one write per wakeup. On the link's event loop. */
final class FrameOutput {
    private static final int BATCH = 64 * 1024;
    private static final int SMALL_BATCH = 2 * 1024;
    private static final int COPY = 4 * 1024;

    private final Runnable flush = this::flush;
    private final Runnable onFailure;
    private final LongBody longBody = new LongBody();
    private ChannelHandlerContext context;
    private ByteBuf out;
    private int usualBatch = SMALL_BATCH;
    private boolean flushDue;
    private boolean tracked = true;
    private boolean failed;
    private long batch = 1;
    private long sent;

    /** @param onFailure called once when the worker's socket takes no more */
    FrameOutput(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    void open(ChannelHandlerContext channel) {
        context = channel;
    }

    /** Which batch the next frame will be in. */
    long batch() {
        return batch;
    }

    /** Whether some of that batch may have come to the worker; only while {@link #dontTrack} was not called. */
    boolean maybeSent(long number) {
        return number <= sent;
    }

    /** Nobody will ask {@link #maybeSent}. */
    void dontTrack() {
        tracked = false;
    }

    /** A frame without payload. */
    void frame(int type, int flags, int stream) {
        header(type, flags, stream, 0, 0);
    }

    void frame(int type, int flags, int stream, Scratch payload) {
        header(type, flags, stream, payload.size(), payload.size());
        payload.copyTo(out);
    }

    void credit(int stream, int bytes) {
        header(FrameType.CREDIT, 0, stream, Integer.BYTES, Integer.BYTES);
        out.writeIntLE(bytes);
    }

    void loan(int flags, int stream, int patienceMs) {
        header(FrameType.LOAN, flags, stream, Integer.BYTES, Integer.BYTES);
        out.writeIntLE(patienceMs);
    }

    void bodyLoan(int flags, int stream, long remaining) {
        header(FrameType.BODY_LOAN, flags, stream, Long.BYTES, Long.BYTES);
        out.writeLongLE(remaining);
    }

    void ping(long token) {
        header(FrameType.PING, 0, 0, Long.BYTES, Long.BYTES);
        out.writeLong(token);
    }

    void disconnect(int flags, int stream, int code, byte[] reason) {
        header(FrameType.DISCONNECT, flags, stream, Short.BYTES + reason.length, Short.BYTES + reason.length);
        out.writeShortLE(code);
        out.writeBytes(reason);
    }

    /** Releases the payload. */
    void frame(int type, int flags, int stream, ByteBuf payload) {
        int length = payload.readableBytes();
        if (length <= COPY) {
            header(type, flags, stream, length, length);
            out.writeBytes(payload);
            payload.release();
            return;
        }
        if (out != null || !longBody.grow(type, flags, stream, length)) {
            header(type, flags, stream, length, 0);
            longBody.begin(type, stream, out);
            write(out);
            out = null;
        }
        context.write(payload, context.voidPromise());
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

    private void flush() {
        flushDue = false;
        longBody.end();
        ByteBuf last = out;
        out = null;
        if (last != null) {
            usualBatch = Math.min(BATCH, Math.max(SMALL_BATCH, usualBatch - usualBatch / 8 + last.readableBytes() / 4));
            write(last);
        }
        context.flush();
    }

    private void write(ByteBuf bytes) {
        long number = batch++;
        if (tracked) {
            context.write(bytes, track(number));
        } else {
            context.write(bytes, context.voidPromise());
        }
    }

    private ChannelProgressivePromise track(long number) {
        return context.newProgressivePromise().addListener(new ChannelProgressiveFutureListener() {
            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
                sent = number;
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                if (future.isSuccess()) {
                    sent = number;
                } else {
                    fail();
                }
            }
        });
    }

    /** The worker's socket takes no more; what it has sent may still be there to be read. */
    void fail() {
        if (!failed) {
            failed = true;
            onFailure.run();
        }
    }

    /** The channel is closed. */
    void close() {
        if (out != null) {
            out.release();
            out = null;
        }
    }
}
