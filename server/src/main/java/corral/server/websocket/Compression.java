package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Deflates messages for clients (RFC 7692 7.2.1), each for itself, with one deflater for all connections of an event loop: a deflater takes
 * 256 KiB outside the heap, too much for each of a thousand connections. Belongs to the event loop.
 */
final class Compression implements AutoCloseable {
    /** Smaller messages hardly shrink without what came before them. */
    static final int WORTHWHILE = 128;

    private static final int FULL_WINDOW_BITS = 15;
    private static final int TAIL_BYTES = 4;

    private Deflater deflater;

    /**
     * The message deflated, or null if it is better sent as it is. The message is neither consumed nor released.
     *
     * @param windowBits what the client looks back at most, 8-15
     */
    ByteBuf compress(ByteBufAllocator alloc, ByteBuf message, int windowBits) {
        int length = message.readableBytes();
        if (length < WORTHWHILE) {
            return null;
        }
        if (deflater == null) {
            // An event loop has others to serve: the best speed is three to four times that of the default level.
            deflater = new Deflater(Deflater.BEST_SPEED, true);
        }
        ByteBuf out = alloc.ioBuffer(length, length);
        // The JDK's deflater looks back 32 KiB. Beginning anew with each piece keeps to a smaller window.
        int piece = windowBits < FULL_WINDOW_BITS ? 1 << windowBits : length;
        for (int at = 0; at < length; at += piece) {
            ByteBuffer in = message.nioBuffer(message.readerIndex() + at, Math.min(piece, length - at));
            if (!deflate(in, out)) {
                out.release();
                return null;
            }
        }
        return out.writerIndex(out.writerIndex() - TAIL_BYTES);
    }

    private boolean deflate(ByteBuffer in, ByteBuf out) {
        deflater.setInput(in);
        int room = out.writableBytes();
        int written = room == 0 ? 0 : deflater.deflate(out.nioBuffer(out.writerIndex(), room), Deflater.SYNC_FLUSH);
        deflater.reset();
        out.writerIndex(out.writerIndex() + written);
        return written < room;
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }
}
