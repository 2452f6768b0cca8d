package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Frames of a server: unmasked, never fragmented (RFC 6455 5.2). */
final class FrameEncoder {
    /** Up to so many bytes, copying a payload behind its header costs less than a write of two buffers. */
    static final int COPIED = 1024;

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int LONGEST_HEADER = 10;
    private static final int LONG = 127;
    private static final int SHORT = 126;

    private FrameEncoder() {}

    /** A frame's header, with room behind it for the payload if that is small. */
    static ByteBuf header(ByteBufAllocator alloc, int opcode, boolean compressed, int length) {
        ByteBuf out = alloc.ioBuffer(length <= COPIED ? LONGEST_HEADER + length : LONGEST_HEADER);
        out.writeByte(FIN | (compressed ? RSV1 : 0) | opcode);
        if (length < SHORT) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(SHORT).writeShort(length);
        } else {
            out.writeByte(LONG).writeLong(length);
        }
        return out;
    }
}
