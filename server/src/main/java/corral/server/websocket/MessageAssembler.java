package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Parts of messages to whole ones: joined, inflated, checked. A message that comes in one piece is not copied. Belongs to one connection. */
final class MessageAssembler {
    private final ByteBufAllocator alloc;
    private final int maxSize;
    private final Inflation inflation;
    private final Utf8 utf8 = new Utf8();
    private boolean text;
    private boolean compressed;
    private ByteBuf gathered;

    /** @param inflation null without permessage-deflate */
    MessageAssembler(ByteBufAllocator alloc, int maxSize, Inflation inflation) {
        this.alloc = alloc;
        this.maxSize = maxSize;
        this.inflation = inflation;
    }

    /** Whether the message that was begun last is text. */
    boolean text() {
        return text;
    }

    void begin(boolean isText, boolean isCompressed) {
        text = isText;
        compressed = isCompressed;
    }

    /** Reads {@code length} bytes of {@code in}. Returns the message, which belongs to the caller, if they were its last, else null. */
    ByteBuf add(ByteBuf in, int length, boolean last) throws ViolationException {
        if (last && gathered == null && !compressed) {
            check(in, in.readerIndex(), length, true);
            return in.readRetainedSlice(length);
        }
        if (gathered == null) {
            gathered = alloc.buffer(Math.max(length, 256));
        }
        int before = gathered.writerIndex();
        if (compressed) {
            inflation.inflate(in, length, last, gathered);
        } else {
            gathered.writeBytes(in, length);
        }
        if (gathered.readableBytes() > maxSize) {
            throw ViolationException.tooBig(maxSize);
        }
        check(gathered, before, gathered.writerIndex() - before, last);
        if (!last) {
            return null;
        }
        ByteBuf message = gathered;
        gathered = null;
        return message;
    }

    private void check(ByteBuf bytes, int from, int length, boolean last) throws ViolationException {
        if (text && !(utf8.accepts(bytes, from, length) && (!last || utf8.complete()))) {
            throw ViolationException.invalidText();
        }
    }

    /** Lets go of everything; nothing may be added any more. */
    void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        if (inflation != null) {
            inflation.close();
        }
    }
}
