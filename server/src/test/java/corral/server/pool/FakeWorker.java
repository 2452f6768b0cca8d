package corral.server.pool;

import corral.server.frames.FrameType;
import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;

/** What a worker says and hears on a connection. */
final class FakeWorker {
    private FakeWorker() {}

    /** A connection that takes requests. */
    static EmbeddedChannel connect(LoopPool pool, int pid, int capacity) {
        EmbeddedChannel channel = greet(pool, pid, capacity, "asgi3", 0);
        channel.writeInbound(frame(FrameType.READY, 0, 0));
        return channel;
    }

    /** A connection on which only HELLO was said. */
    static EmbeddedChannel greet(LoopPool pool, int pid, int capacity, String iface, int served) {
        EmbeddedChannel channel = new EmbeddedChannel(pool.newLink());
        Scratch hello = new Scratch();
        Marshal.dict(hello);
        number(hello, "version", 1);
        number(hello, "pid", pid);
        number(hello, "set", 1);
        number(hello, "capacity", capacity);
        number(hello, "served", served);
        Marshal.interned(hello, "interface");
        Marshal.interned(hello, iface);
        Marshal.endDict(hello);
        ByteBuf payload = Unpooled.buffer();
        hello.copyTo(payload);
        channel.writeInbound(frame(FrameType.WORKER_HELLO, 0, 0, payload));
        return channel;
    }

    private static void number(Scratch hello, String key, int value) {
        Marshal.interned(hello, key);
        Marshal.integer(hello, value);
    }

    static ByteBuf frame(int type, int flags, int stream) {
        return frame(type, flags, stream, Unpooled.EMPTY_BUFFER);
    }

    private static ByteBuf frame(int type, int flags, int stream, ByteBuf payload) {
        return Unpooled.buffer()
                .writeIntLE(payload.readableBytes())
                .writeIntLE(stream)
                .writeByte(type)
                .writeByte(flags)
                .writeShort(0)
                .writeBytes(payload);
    }

    /** The app is through with a stream. */
    static void abort(EmbeddedChannel worker, int stream) {
        worker.writeInbound(frame(FrameType.ABORT, FrameType.END, stream));
    }

    /** Frame types that were sent to a worker. */
    static List<Integer> sent(EmbeddedChannel worker) {
        worker.runPendingTasks();
        List<Integer> types = new ArrayList<>();
        for (ByteBuf out = worker.readOutbound(); out != null; out = worker.readOutbound()) {
            while (out.isReadable()) {
                int length = out.readIntLE();
                out.skipBytes(4);
                types.add((int) out.readUnsignedByte());
                out.skipBytes(3 + length);
            }
            out.release();
        }
        return types;
    }
}
