package corral.server.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Bytes of a client to frames (RFC 6455 5.2), checked as soon as their header is there. Payloads are unmasked in place and handed on as they
 * arrive, so that nothing is gathered that is refused later. Not thread-safe: belongs to one connection.
 */
final class FrameDecoder {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int CONTROL_BYTES = 125;

    /** Hears what the bytes mean; called by {@link #decode} only. */
    interface Sink {
        /** A message begins. */
        void onBegin(boolean text, boolean compressed);

        /** The next {@code length} bytes of {@code in}, which the callee reads or skips, are the message's; last: it is complete. */
        void onPart(ByteBuf in, int length, boolean last) throws ViolationException;

        /** A control frame; the array is used again later. */
        void onControl(int opcode, byte[] payload, int length) throws ViolationException;
    }

    private enum Stage {
        FIRST_BYTE,
        SECOND_BYTE,
        LENGTH,
        MASK,
        PAYLOAD
    }

    private final Sink sink;
    private final int maxSize;
    private final boolean deflate;
    private Stage stage = Stage.FIRST_BYTE;
    private int opcode;
    private boolean fin;
    private long left;
    private boolean wide;
    private int missing;
    private int mask;
    private boolean inMessage;
    private boolean compressed;
    private long messageBytes;
    private byte[] control;
    private int controlLength;

    /**
     * @param maxSize bytes that the frames of a message may announce, unless they are compressed
     * @param deflate whether permessage-deflate was negotiated
     */
    FrameDecoder(Sink sink, int maxSize, boolean deflate) {
        this.sink = sink;
        this.maxSize = maxSize;
        this.deflate = deflate;
    }

    /** Reads up to the next call of the sink or to the end of the bytes. After a violation it must not be called again. */
    void decode(ByteBuf in) throws ViolationException {
        if (stage != Stage.PAYLOAD && !readHeader(in)) {
            return;
        }
        int length = (int) Math.min(left, in.readableBytes());
        if (opcode >= CLOSE) {
            readControl(in, length);
            return;
        }
        unmask(in, in.readerIndex(), length, mask);
        mask = Integer.rotateLeft(mask, 8 * (length & 3));
        left -= length;
        if (left == 0) {
            stage = Stage.FIRST_BYTE;
        }
        boolean last = left == 0 && fin;
        if (last) {
            inMessage = false;
        }
        if (length > 0 || last) {
            sink.onPart(in, length, last);
        }
    }

    private boolean readHeader(ByteBuf in) throws ViolationException {
        while (in.isReadable()) {
            int b = in.readUnsignedByte();
            switch (stage) {
                case FIRST_BYTE -> readFirst(b);
                case SECOND_BYTE -> readSecond(b);
                case LENGTH -> {
                    left = (left << 8) | b;
                    if (--missing == 0) {
                        checkLength();
                    }
                }
                default -> {
                    mask = (mask << 8) | b;
                    if (--missing == 0) {
                        stage = Stage.PAYLOAD;
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void readFirst(int b) throws ViolationException {
        fin = (b & 0x80) != 0;
        opcode = b & 0x0F;
        boolean first = opcode == TEXT || opcode == BINARY;
        if ((b & 0x30) != 0 || ((b & 0x40) != 0 && !(deflate && first))) {
            throw ViolationException.protocol("reserved bits");
        }
        if (first) {
            if (inMessage) {
                throw ViolationException.protocol("new message within another");
            }
            inMessage = true;
            compressed = (b & 0x40) != 0;
            messageBytes = 0;
            sink.onBegin(opcode == TEXT, compressed);
        } else if (opcode == CONTINUATION) {
            if (!inMessage) {
                throw ViolationException.protocol("continuation of nothing");
            }
        } else if (opcode < CLOSE || opcode > PONG) {
            throw ViolationException.protocol("reserved opcode " + opcode);
        } else if (!fin) {
            throw ViolationException.protocol("fragmented control frame");
        }
        stage = Stage.SECOND_BYTE;
    }

    private void readSecond(int b) throws ViolationException {
        if ((b & 0x80) == 0) {
            throw ViolationException.protocol("frame without a mask");
        }
        left = b & 0x7F;
        if (opcode >= CLOSE && left > CONTROL_BYTES) {
            throw ViolationException.protocol("long control frame");
        }
        if (left > CONTROL_BYTES) {
            wide = left == 127;
            missing = wide ? 8 : 2;
            left = 0;
            stage = Stage.LENGTH;
        } else {
            checkSize();
        }
    }

    private void checkLength() throws ViolationException {
        // RFC 6455 5.2: the shortest form must be used, and the highest bit is 0.
        if (left < (wide ? 0x10000 : 126)) {
            throw ViolationException.protocol("length in a longer form than needed");
        }
        checkSize();
    }

    private void checkSize() throws ViolationException {
        if (opcode < CLOSE && !compressed) {
            messageBytes += left;
            if (messageBytes > maxSize || messageBytes < 0) {
                throw ViolationException.tooBig(maxSize);
            }
        }
        stage = Stage.MASK;
        missing = 4;
    }

    private void readControl(ByteBuf in, int length) throws ViolationException {
        if (control == null) {
            control = new byte[CONTROL_BYTES];
        }
        in.readBytes(control, controlLength, length);
        controlLength += length;
        left -= length;
        if (left == 0) {
            for (int i = 0; i < controlLength; i++) {
                control[i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
            }
            int complete = controlLength;
            controlLength = 0;
            stage = Stage.FIRST_BYTE;
            sink.onControl(opcode, control, complete);
        }
    }

    private static void unmask(ByteBuf buffer, int from, int length, int mask) {
        int end = from + length;
        int i = from;
        long twice = mask & 0xFFFFFFFFL;
        twice |= twice << 32;
        for (; i + 8 <= end; i += 8) {
            buffer.setLong(i, buffer.getLong(i) ^ twice);
        }
        for (int rest = mask; i < end; i++) {
            buffer.setByte(i, buffer.getByte(i) ^ (rest >>> 24));
            rest = Integer.rotateLeft(rest, 8);
        }
    }
}
