package corral.server.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What little of ASN.1's DER (X.690) keys need. A cursor over elements; out of range or unexpected: IllegalArgumentException. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;
    private final int end;
    private int at;

    Der(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Der(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Whether there is another element. */
    boolean more() {
        return at < end;
    }

    /** Tag of the next element. */
    int tag() {
        if (at >= end) {
            throw new IllegalArgumentException("ends too early");
        }
        return bytes[at] & 0xff;
    }

    /** Enters the next element, which must have this tag, and steps over it. */
    Der enter(int tag) {
        if (tag() != tag) {
            throw new IllegalArgumentException("tag " + tag() + " instead of " + tag);
        }
        at++;
        int length = length();
        if (length > end - at) {
            throw new IllegalArgumentException("ends too early");
        }
        Der inner = new Der(bytes, at, at + length);
        at += length;
        return inner;
    }

    /** Contents of the next element, which must have this tag. */
    byte[] contents(int tag) {
        Der inner = enter(tag);
        return Arrays.copyOfRange(inner.bytes, inner.at, inner.end);
    }

    /** The next element whole. */
    byte[] element() {
        int from = at;
        enter(tag());
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** The next element, a positive INTEGER that fits an int. */
    int integer() {
        byte[] value = contents(INTEGER);
        if (value.length == 0 || value.length > 4 || value[0] < 0) {
            throw new IllegalArgumentException("number out of range");
        }
        int number = 0;
        for (byte b : value) {
            number = number << 8 | (b & 0xff);
        }
        return number;
    }

    /** The next element, an OID, in dotted form. */
    String oid() {
        byte[] value = contents(OID);
        StringBuilder text = new StringBuilder();
        long part = 0;
        for (byte b : value) {
            part = part << 7 | (b & 0x7f);
            if (b >= 0) {
                if (text.isEmpty()) {
                    long first = Math.min(part / 40, 2);
                    text.append(first).append('.').append(part - 40 * first);
                } else {
                    text.append('.').append(part);
                }
                part = 0;
            }
        }
        return text.toString();
    }

    private int length() {
        int first = next();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new IllegalArgumentException("length out of range");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | next();
        }
        return length;
    }

    private int next() {
        if (at >= end) {
            throw new IllegalArgumentException("ends too early");
        }
        return bytes[at++] & 0xff;
    }

    /** An element with these parts as its contents. */
    static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int count = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | count);
            for (int i = count - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
