package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates a connection's messages (RFC 7692 7.2.2), never further than a limit. Holds native memory from the first compressed message
 * until {@link #close}.
 */
final class Inflation {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int STEP = 64 * 1024;

    private final int maxSize;
    private final boolean noContext;
    private Inflater inflater;

    /**
     * @param maxSize bytes of an inflated message
     * @param noContext each message stands for itself (client_no_context_takeover)
     */
    Inflation(int maxSize, boolean noContext) {
        this.maxSize = maxSize;
        this.noContext = noContext;
    }

    /**
     * Reads {@code length} bytes of {@code in} and appends what they stand for.
     *
     * @throws ViolationException 1007 if they are not deflated data, 1009 if {@code out} would have more than maxSize bytes
     */
    void inflate(ByteBuf in, int length, boolean last, ByteBuf out) throws ViolationException {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        inflate(in.nioBuffer(in.readerIndex(), length), out);
        in.skipBytes(length);
        if (last) {
            inflate(ByteBuffer.wrap(TAIL), out);
            if (noContext) {
                inflater.reset();
            }
        }
    }

    private void inflate(ByteBuffer in, ByteBuf out) throws ViolationException {
        inflater.setInput(in);
        try {
            while (true) {
                out.ensureWritable(Math.min(STEP, Math.max(256, 3 * in.remaining())));
                // One byte more than is allowed tells that there is more.
                int room = (int) Math.min(out.writableBytes(), maxSize - out.readableBytes() + 1L);
                int written = inflater.inflate(out.nioBuffer(out.writerIndex(), room));
                out.writerIndex(out.writerIndex() + written);
                if (out.readableBytes() > maxSize) {
                    throw ViolationException.tooBig(maxSize);
                }
                if (inflater.finished()) {
                    // A final block within a message is allowed (RFC 7692 7.2.3.4); what follows is a new stream.
                    inflater.reset();
                    inflater.setInput(in);
                } else if (inflater.needsDictionary()) {
                    throw invalid();
                } else if (written == 0 && inflater.needsInput()) {
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw invalid();
        }
    }

    private static ViolationException invalid() {
        return new ViolationException(CloseCode.INVALID_DATA, "invalid compressed data");
    }

    void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
