package corral.server.http;

import corral.server.exchange.RequestHead;
import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import corral.server.options.HttpOptions;
import corral.server.websocket.Handshake;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the ASGI scope of a request as a marshal dict (ASGI HTTP and WebSocket spec 2.5). What is the same for all requests of a connection is prepared. */
final class ScopeWriter {
    private static final byte[] TARGET = key("corral.target");
    private static final byte[] CLIENT = key("client");
    private static final byte[] VERSION = key("http_version");
    private static final byte[] METHOD = key("method");
    private static final byte[] SUBPROTOCOLS = key("subprotocols");
    private static final byte[] PATH = key("path");
    private static final byte[] RAW_PATH = key("raw_path");
    private static final byte[] QUERY = key("query_string");
    private static final byte[] HEADERS = key("headers");
    private static final byte[] HTTP_1_0 = key("1.0");
    private static final byte[] HTTP_1_1 = key("1.1");
    private static final int MAX_SHORT = 255;
    private static final byte SURROGATE = (byte) 0xed;
    private static final byte BAD = (byte) 0xff;

    /** What the scope is for. */
    enum Kind {
        HTTP,
        WSGI,
        WEBSOCKET
    }

    private final byte[] rootPath;
    private final byte[] rootPathText;

    ScopeWriter(HttpOptions options) {
        rootPathText = options.rootPathInPath() ? options.rootPath().getBytes(StandardCharsets.UTF_8) : new byte[0];
        rootPath = options.rootPathInPath() ? rootPathText : new byte[0];
    }

    /**
     * Appends what a scope has beside its connection's part.
     *
     * @param connection the prepared part, see {@link ConnectionScope}
     * @param client the marshal of the scope's client
     */
    void write(Scratch out, RequestHead head, byte[] connection, byte[] client, Kind kind) {
        out.put(connection);
        out.put(CLIENT);
        out.put(client);
        out.put(VERSION);
        out.put(head.minorVersion() == 0 ? HTTP_1_0 : HTTP_1_1);
        byte[] bytes = head.bytes();
        if (kind == Kind.WEBSOCKET) {
            subprotocols(out, Handshake.subprotocols(head));
        } else {
            method(out, head, bytes);
        }
        path(out, head, bytes);
        out.put(QUERY);
        int query = head.mark(RequestHead.QUERY_START);
        Marshal.bytes(out, bytes, query, head.mark(RequestHead.QUERY_END) - query);
        headers(out, head, bytes);
        if (kind == Kind.WSGI) {
            int target = head.mark(RequestHead.TARGET_START);
            out.put(TARGET);
            Marshal.bytes(out, bytes, target, head.mark(RequestHead.TARGET_END) - target);
        }
    }

    private static void method(Scratch out, RequestHead head, byte[] bytes) {
        int end = head.mark(RequestHead.METHOD_END);
        out.put(METHOD);
        if (end <= MAX_SHORT) {
            out.put('Z');
            out.put(end);
            out.put(bytes, 0, end);
        } else {
            Marshal.ascii(out, bytes, 0, end);
        }
    }

    private static void subprotocols(Scratch out, List<String> offered) {
        out.put(SUBPROTOCOLS);
        Marshal.list(out, offered.size());
        for (String each : offered) {
            Marshal.text(out, each);
        }
    }

    private void path(Scratch out, RequestHead head, byte[] bytes) {
        int start = head.mark(RequestHead.PATH_START);
        int length = head.mark(RequestHead.PATH_END) - start;
        out.put(PATH);
        boolean plain = rootPath.length == 0 && length > 0;
        for (int i = start; plain && i < start + length; i++) {
            plain = bytes[i] != '%' && bytes[i] >= 0;
        }
        if (plain) {
            Marshal.ascii(out, bytes, start, length);
        } else {
            Marshal.text(out, new String(rootPathText, StandardCharsets.UTF_8) + decoded(bytes, start, length));
        }
        out.put(RAW_PATH);
        out.put('s');
        boolean empty = length == 0;
        out.putInt(rootPath.length + length + (empty ? 1 : 0));
        out.put(rootPath);
        out.put(bytes, start, length);
        if (empty) {
            out.put('/');
        }
    }

    /** Percent-decodes; what is no UTF-8 then becomes U+FFFD, and what is no escape stays. An absolute-form target may lack a path. */
    private static String decoded(byte[] bytes, int start, int length) {
        if (length == 0) {
            return "/";
        }
        byte[] plain = new byte[length];
        int size = 0;
        int end = start + length;
        for (int i = start; i < end; i++) {
            if (bytes[i] == '%' && i + 2 < end && Octets.hex(bytes[i + 1]) && Octets.hex(bytes[i + 2])) {
                plain[size++] = (byte) (Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
                i += 2;
            } else {
                plain[size++] = bytes[i];
            }
        }
        markSurrogates(plain, size);
        return new String(plain, 0, size, StandardCharsets.UTF_8);
    }

    /** An encoded surrogate is three bad bytes for Python, one for Java: what begins it is made something that is bad by itself. */
    private static void markSurrogates(byte[] bytes, int size) {
        for (int i = 0; i + 1 < size; i++) {
            if (bytes[i] == SURROGATE && (bytes[i + 1] & 0xe0) == 0xa0) {
                bytes[i] = BAD;
                bytes[i + 1] = BAD;
            }
        }
    }

    private static void headers(Scratch out, RequestHead head, byte[] bytes) {
        int count = head.headerCount();
        out.put(HEADERS);
        Marshal.list(out, count);
        for (int i = 0; i < count; i++) {
            int at = RequestHead.FIRST_HEADER + 4 * i;
            int name = head.mark(at);
            int value = head.mark(at + 2);
            Marshal.tuple(out, 2);
            Marshal.bytes(out, bytes, name, head.mark(at + 1) - name);
            Marshal.bytes(out, bytes, value, head.mark(at + 3) - value);
        }
    }

    private static byte[] key(String text) {
        Scratch out = new Scratch(MAX_SHORT);
        Marshal.interned(out, text);
        byte[] bytes = new byte[out.size()];
        System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
        return bytes;
    }
}
