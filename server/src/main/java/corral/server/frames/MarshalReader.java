package corral.server.frames;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the few shapes of Python's marshal format that workers send (CPython, Python/marshal.c, version 2). Reused for one frame after
 * another; results that are not returned are fetched before the next call.
 */
final class MarshalReader {
    private static final int MAX_HEADERS = 10_000;
    private static final int MARKS = 4;

    private ByteBuf in;
    private int at;
    private int limit;
    private int bodyStart;
    private int bodyLength;
    private String subprotocol;

    /** {@code (status, headers, body)}; the body's place is in {@link #bodyStart} and {@link #bodyLength}. */
    ResponseHead response(ByteBuf source, int end) throws FrameException {
        begin(source, end);
        tuple(3);
        int status = status();
        ResponseHead head = headers(status);
        bodyLength = bytes();
        bodyStart = at - bodyLength;
        return head;
    }

    int bodyStart() {
        return bodyStart;
    }

    int bodyLength() {
        return bodyLength;
    }

    /** {@code (status, headers, trailers)} or {@code (status, headers)}. */
    ResponseHead start(ByteBuf source, int end) throws FrameException {
        begin(source, end);
        int size = tupleSize();
        if (size != 2 && size != 3) {
            throw new FrameException("a tuple of " + size);
        }
        ResponseHead head = headers(status());
        boolean trailers = size == 3 && bool();
        return trailers ? head.withTrailers() : head;
    }

    /** {@code [(name, value)…]}. */
    ResponseHead headers(ByteBuf source, int end) throws FrameException {
        begin(source, end);
        return headers(0);
    }

    /** {@code (subprotocol or None, headers)}; the subprotocol is in {@link #subprotocol}. */
    ResponseHead accept(ByteBuf source, int end) throws FrameException {
        begin(source, end);
        tuple(2);
        subprotocol = textOrNone();
        return headers(0);
    }

    String subprotocol() {
        return subprotocol;
    }

    /** A worker's HELLO. Keys that are not known are skipped. */
    WorkerHello hello(ByteBuf source, int end) throws FrameException {
        begin(source, end);
        if (next() != '{') {
            throw new FrameException("HELLO that is not a dict");
        }
        int version = 0;
        int pid = 0;
        int worker = 0;
        int capacity = 0;
        int set = 0;
        int served = 0;
        int ledger = -1;
        int slot = 0;
        long token = 0;
        String loans = "";
        String iface = "";
        while (peek() != '0') {
            String key = textOrNone();
            switch (key == null ? "" : key) {
                case "version" -> version = integer();
                case "pid" -> pid = integer();
                case "worker" -> worker = integer();
                case "capacity" -> capacity = integer();
                case "set" -> set = integer();
                case "served" -> served = integer();
                case "ledger" -> ledger = integer();
                case "slot" -> slot = integer();
                case "token" -> token = bytes() == Long.BYTES ? in.getLongLE(at - Long.BYTES) : 0;
                case "loans" -> loans = textOrNone();
                case "interface" -> iface = textOrNone();
                default -> skip();
            }
        }
        LedgerPlace place = new LedgerPlace(ledger, token, slot);
        return new WorkerHello(version, pid, worker, set, capacity, served, place, loans, iface);
    }

    private void begin(ByteBuf source, int end) {
        in = source;
        at = source.readerIndex();
        limit = end;
    }

    private ResponseHead headers(int status) throws FrameException {
        int kind = next();
        if (kind != '[' && kind != '(' && kind != ')') {
            throw unexpected("headers", kind);
        }
        int count = kind == ')' ? in.getUnsignedByte(need(1)) : length();
        if (count > MAX_HEADERS) {
            throw new FrameException(count + " headers");
        }
        int start = at;
        int[] marks = new int[count * MARKS];
        for (int i = 0; i < count; i++) {
            pair();
            marks[MARKS * i + 1] = bytes();
            marks[MARKS * i] = at - marks[MARKS * i + 1] - start;
            marks[MARKS * i + 1] += marks[MARKS * i];
            marks[MARKS * i + 3] = bytes();
            marks[MARKS * i + 2] = at - marks[MARKS * i + 3] - start;
            marks[MARKS * i + 3] += marks[MARKS * i + 2];
        }
        byte[] copy = new byte[at - start];
        in.getBytes(start, copy);
        return new ResponseHead(status, copy, marks, count, false);
    }

    private void pair() throws FrameException {
        int kind = next();
        int size;
        if (kind == ')') {
            size = in.getUnsignedByte(need(1));
        } else if (kind == '(' || kind == '[') {
            size = length();
        } else {
            throw unexpected("a header", kind);
        }
        if (size != 2) {
            throw new FrameException("a header of " + size + " parts");
        }
    }

    private int status() throws FrameException {
        int status = integer();
        if (status < 100 || status > 599) {
            throw new FrameException("status " + status);
        }
        return status;
    }

    private void tuple(int size) throws FrameException {
        int found = tupleSize();
        if (found != size) {
            throw new FrameException("a tuple of " + found);
        }
    }

    private int tupleSize() throws FrameException {
        int kind = next();
        if (kind == '(') {
            return length();
        } else if (kind == ')') {
            return in.getUnsignedByte(need(1));
        }
        throw unexpected("a tuple", kind);
    }

    private int integer() throws FrameException {
        int kind = next();
        if (kind != 'i') {
            throw unexpected("an int", kind);
        }
        return in.getIntLE(need(Integer.BYTES));
    }

    private boolean bool() throws FrameException {
        int kind = next();
        if (kind != 'T' && kind != 'F') {
            throw unexpected("a bool", kind);
        }
        return kind == 'T';
    }

    /** Skips a bytes object and returns its length; it ends at the current position. */
    private int bytes() throws FrameException {
        int kind = next();
        if (kind != 's') {
            throw unexpected("bytes", kind);
        }
        int size = length();
        need(size);
        return size;
    }

    private String textOrNone() throws FrameException {
        int kind = next();
        if (kind == 'N') {
            return null;
        }
        int size = switch (kind) {
            case 'u', 't', 'a', 'A' -> length();
            case 'z', 'Z' -> in.getUnsignedByte(need(1));
            default -> throw unexpected("a str", kind);
        };
        return in.toString(need(size), size, StandardCharsets.UTF_8);
    }

    private void skip() throws FrameException {
        int kind = peek();
        switch (kind) {
            case 'N', 'T', 'F' -> next();
            case 'i' -> integer();
            case 's' -> bytes();
            default -> textOrNone();
        }
    }

    private int length() throws FrameException {
        int length = in.getIntLE(need(Integer.BYTES));
        if (length < 0 || length > limit - at) {
            throw new FrameException("a part of " + Integer.toUnsignedString(length) + " bytes, longer than its frame");
        }
        return length;
    }

    private int peek() throws FrameException {
        int before = at;
        int kind = next();
        at = before;
        return kind;
    }

    private int next() throws FrameException {
        // The top bit marks objects that may be referred to; nothing refers to them in version 2.
        return in.getByte(need(1)) & 0x7f;
    }

    private int need(int size) throws FrameException {
        int start = at;
        if (size > limit - start) {
            throw new FrameException("a frame that ends within its data");
        }
        at = start + size;
        return start;
    }

    private static FrameException unexpected(String wanted, int kind) {
        return new FrameException(
                "data of type " + Arrays.toString(new char[] {(char) kind}) + " where " + wanted + " belongs");
    }
}
