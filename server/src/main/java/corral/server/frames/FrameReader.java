package corral.server.frames;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a worker's bytes into frames, checks them and reports them. Layout of a header, little-endian: length u32, stream u32, type
 * u8, flags u8, zero u16. One per connection, on its event loop.
 */
public final class FrameReader {
    private static final int STREAM = 4;
    private static final int TYPE = 8;
    private static final int FLAGS = 9;
    private static final int ZERO = 10;
    private static final int CREDIT_LENGTH = 4;
    private static final int PONG_LENGTH = 8;
    private static final int CODE_LENGTH = 2;
    private static final int AMOUNT_LENGTH = 8;

    private final FrameListener listener;
    private final int maxLength;
    private final MarshalReader marshal = new MarshalReader();
    private boolean greeted;
    private int bodyLeft;
    private int bodyStream;
    private boolean bodyEnds;

    /** @param maxLength of a payload, bytes */
    public FrameReader(FrameListener listener, int maxLength) {
        this.listener = listener;
        this.maxLength = maxLength;
    }

    /**
     * Reports all whole frames, and of the last one, if it is a body's, what there is; leaves the rest.
     *
     * @throws FrameException if the worker broke the protocol; nothing more is to be read from it
     */
    public void read(ByteBuf in) throws FrameException {
        if (bodyLeft > 0 && in.isReadable()) {
            body(in);
        }
        while (in.readableBytes() >= FrameType.HEADER) {
            int at = in.readerIndex();
            long length = in.getUnsignedIntLE(at);
            verify(in, at, length);
            int type = in.getUnsignedByte(at + TYPE);
            int stream = in.getIntLE(at + STREAM);
            int flags = in.getUnsignedByte(at + FLAGS);
            if (in.readableBytes() < FrameType.HEADER + length) {
                if (type == FrameType.RESPONSE_BODY && in.readableBytes() > FrameType.HEADER) {
                    bodyLeft = (int) length;
                    bodyStream = stream;
                    bodyEnds = (flags & FrameType.END) != 0;
                    in.skipBytes(FrameType.HEADER);
                    body(in);
                }
                return;
            }
            int end = at + FrameType.HEADER + (int) length;
            in.readerIndex(at + FrameType.HEADER);
            read(type, stream, (flags & FrameType.END) != 0, in, (int) length);
            in.readerIndex(end);
        }
    }

    /** What there is of a body need not wait for the rest of its frame. */
    private void body(ByteBuf in) {
        int length = Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= length;
        listener.onBody(bodyStream, in.readRetainedSlice(length), bodyEnds && bodyLeft == 0);
    }

    private void verify(ByteBuf in, int at, long length) throws FrameException {
        int type = in.getUnsignedByte(at + TYPE);
        if (length > maxLength) {
            throw broken(type, "a length of " + length + "; at most " + maxLength + " is allowed");
        }
        if (in.getUnsignedShortLE(at + ZERO) != 0) {
            throw broken(type, "a reserved field that is not zero");
        }
        int stream = in.getIntLE(at + STREAM);
        boolean connection = type == FrameType.WORKER_HELLO
                || type == FrameType.PONG
                || type == FrameType.STOPPING
                || type == FrameType.READY;
        if (connection != (stream == 0) || stream < 0) {
            throw broken(type, "stream " + Integer.toUnsignedString(stream));
        }
        if (greeted == (type == FrameType.WORKER_HELLO)) {
            throw broken(type, greeted ? "a second time" : "before HELLO");
        }
        if (type == FrameType.WORKER_HELLO) {
            greeted = true;
        }
    }

    private void read(int type, int stream, boolean end, ByteBuf in, int length) throws FrameException {
        switch (type) {
            case FrameType.RESPONSE -> response(stream, in, length, end);
            case FrameType.RESPONSE_BODY -> listener.onBody(stream, in.readRetainedSlice(length), end);
            case FrameType.START -> listener.onStart(stream, head(type, in, length));
            case FrameType.REQUEST_CREDIT -> credit(stream, in, length);
            case FrameType.PONG -> pong(in, length);
            case FrameType.APP_TEXT -> listener.onText(stream, in.readRetainedSlice(length));
            case FrameType.APP_BINARY -> listener.onBinary(stream, in.readRetainedSlice(length));
            case FrameType.WORKER_HELLO -> listener.onHello(marshal.hello(in, in.readerIndex() + length));
            case FrameType.STOPPING -> listener.onStopping();
            case FrameType.READY -> listener.onReady();
            case FrameType.PATHSEND -> listener.onPath(stream, text(in, length));
            case FrameType.TRAILERS -> listener.onTrailers(stream, marshal.headers(in, in.readerIndex() + length));
            case FrameType.INFORM -> listener.onInform(stream, head(type, in, length));
            case FrameType.ABORT -> listener.onAbort(stream, text(in, length));
            case FrameType.WS_ACCEPT -> accept(stream, in, length);
            case FrameType.WS_CLOSE -> close(stream, in, length);
            case FrameType.BORROW -> listener.onBorrow(stream);
            case FrameType.SENT -> listener.onSent(stream, amount(type, in, length), end);
            case FrameType.BORROW_BODY -> listener.onBorrowBody(stream);
            case FrameType.RECEIVED -> listener.onReceived(stream, amount(type, in, length), end);
            default -> throw broken(type, "an unknown type");
        }
    }

    private void response(int stream, ByteBuf in, int length, boolean end) throws FrameException {
        int limit = in.readerIndex() + length;
        ResponseHead head = marshal.response(in, limit);
        ByteBuf body = in.retainedSlice(marshal.bodyStart(), marshal.bodyLength());
        listener.onResponse(stream, head, body, end);
    }

    private ResponseHead head(int type, ByteBuf in, int length) throws FrameException {
        ResponseHead head = marshal.start(in, in.readerIndex() + length);
        if ((head.status() < 200) != (type == FrameType.INFORM)) {
            throw broken(type, "status " + head.status());
        }
        return head;
    }

    private void credit(int stream, ByteBuf in, int length) throws FrameException {
        int bytes = length == CREDIT_LENGTH ? in.readIntLE() : -1;
        if (bytes < 0) {
            throw broken(FrameType.REQUEST_CREDIT, "no amount");
        }
        listener.onCredit(stream, bytes);
    }

    private static long amount(int type, ByteBuf in, int length) throws FrameException {
        long bytes = length == AMOUNT_LENGTH ? in.readLongLE() : -1;
        if (bytes < 0) {
            throw broken(type, "no amount");
        }
        return bytes;
    }

    private void pong(ByteBuf in, int length) throws FrameException {
        if (length != PONG_LENGTH) {
            throw broken(FrameType.PONG, "a length of " + length);
        }
        listener.onPong(in.readLong());
    }

    private void accept(int stream, ByteBuf in, int length) throws FrameException {
        ResponseHead headers = marshal.accept(in, in.readerIndex() + length);
        listener.onAccept(stream, marshal.subprotocol(), headers);
    }

    private void close(int stream, ByteBuf in, int length) throws FrameException {
        if (length < CODE_LENGTH) {
            throw broken(FrameType.WS_CLOSE, "no code");
        }
        int code = in.readUnsignedShortLE();
        listener.onClose(stream, code, text(in, length - CODE_LENGTH));
    }

    private static String text(ByteBuf in, int length) {
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    private static FrameException broken(int type, String what) {
        return new FrameException("frame 0x" + Integer.toHexString(type) + " with " + what);
    }
}
