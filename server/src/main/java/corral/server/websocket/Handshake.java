package corral.server.websocket;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The opening handshake (RFC 6455 4.2): which requests ask for a WebSocket, what is wrong with them, and the answer. Made by {@link #of}
 * before the app is asked.
 *
 * @param accept value of Sec-WebSocket-Accept
 * @param deflate null if messages are not compressed
 */
public record Handshake(String accept, DeflateParameters deflate) {
    private static final String SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_LENGTH = 24;
    private static final int KEY_BYTES = 16;

    /**
     * Whether a request asks for a WebSocket; if not, it is an ordinary HTTP request, whatever else it wants to upgrade to. One with a body is
     * ordinary too, since the body would be taken for frames.
     */
    public static boolean isAskedForBy(RequestHead head) {
        return head.minorVersion() == 1
                && head.method().equals("GET")
                && lists(head, "upgrade", "websocket")
                && lists(head, "connection", "upgrade")
                && !hasBody(head);
    }

    /** The status that refuses such a request before the app is asked: 426 for another version, 400 for a bad key, 0 for none. */
    public static int refusal(RequestHead head) {
        String version = head.header("sec-websocket-version");
        if (version == null || !version.equals("13")) {
            return 426;
        }
        String key = head.header("sec-websocket-key");
        return key != null && isKey(key) && key.equals(head.lastHeader("sec-websocket-key")) ? 0 : 400;
    }

    /** For a request that is not refused. */
    public static Handshake of(RequestHead head, boolean deflateAllowed) {
        return new Handshake(
                acceptOf(head.header("sec-websocket-key")), deflateAllowed ? DeflateParameters.negotiate(head) : null);
    }

    /** The subprotocols that the client offers, in its order, for the scope. */
    public static List<String> subprotocols(RequestHead head) {
        List<String> offered = new ArrayList<>();
        for (int i = 0; i < head.headerCount(); i++) {
            if (head.isNamed(i, "sec-websocket-protocol")) {
                addElements(head.value(i), offered);
            }
        }
        return offered;
    }

    /** Begins the 101 response, up to and without the headers that every response has and the empty line. */
    void write(ByteBuf out, String subprotocol, ResponseHead headers) {
        ascii(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
        ascii(out, accept);
        if (subprotocol != null) {
            ascii(out, "\r\nSec-WebSocket-Protocol: ");
            ascii(out, subprotocol);
        }
        if (deflate != null) {
            ascii(out, "\r\nSec-WebSocket-Extensions: ");
            ascii(out, deflate.response());
        }
        ascii(out, "\r\n");
        for (int i = 0; i < headers.count(); i++) {
            if (!isOurs(headers, i)) {
                headers.write(i, out);
            }
        }
    }

    /** Whether a subprotocol that an app chose can be sent. */
    static boolean isToken(String subprotocol) {
        for (int i = 0; i < subprotocol.length(); i++) {
            char c = subprotocol.charAt(i);
            if (c <= ' ' || c > '~' || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !subprotocol.isEmpty();
    }

    /** Headers of the handshake and of framing are not the app's. */
    private static boolean isOurs(ResponseHead headers, int index) {
        return headers.isNamed(index, "upgrade")
                || headers.isNamed(index, "connection")
                || headers.isNamed(index, "content-length")
                || headers.isNamed(index, "transfer-encoding")
                || headers.isNamed(index, "sec-websocket-accept")
                || headers.isNamed(index, "sec-websocket-extensions")
                || headers.isNamed(index, "sec-websocket-protocol");
    }

    private static boolean hasBody(RequestHead head) {
        String length = head.header("content-length");
        return head.header("transfer-encoding") != null || (length != null && !length.equals("0"));
    }

    private static boolean isKey(String key) {
        if (key.length() != KEY_LENGTH) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String acceptOf(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + SALT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static boolean lists(RequestHead head, String name, String element) {
        for (int i = 0; i < head.headerCount(); i++) {
            if (head.isNamed(i, name) && lists(head.value(i), element)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lists(String value, String element) {
        if (value.equalsIgnoreCase(element)) {
            return true;
        }
        List<String> elements = new ArrayList<>();
        addElements(value, elements);
        return elements.stream().anyMatch(element::equalsIgnoreCase);
    }

    private static void addElements(String value, List<String> elements) {
        int at = 0;
        while (at <= value.length()) {
            int comma = value.indexOf(',', at);
            int end = comma < 0 ? value.length() : comma;
            String element = value.substring(at, end).trim();
            if (!element.isEmpty()) {
                elements.add(element);
            }
            at = end + 1;
        }
    }

    private static void ascii(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
