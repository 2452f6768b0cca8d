package corral.server.http;

import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.options.HttpOptions;
import corral.server.options.HttpOptions.NameValue;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes response heads and decides how the body is framed (RFC 9112 6, RFC 9110 8.6 and 15; PROTOCOL.md). One per event loop; what it says about the
 * last head holds until the next.
 */
final class ResponseHeadWriter {
    private static final byte[] CLOSE = bytes("connection: close\r\n");
    private static final byte[] CLOSE_UPGRADE = bytes("connection: close, upgrade\r\n");
    private static final byte[] KEEP_ALIVE = bytes("connection: keep-alive\r\n");
    private static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");
    private static final byte[] CONTENT_LENGTH = bytes("content-length: ");
    private static final byte[] LINE_END = bytes("\r\n");
    private static final int UPGRADE_REQUIRED = 426;

    /** How the body is framed. */
    enum Framing {
        /** There is none. */
        NONE,
        /** By Content-Length. */
        LENGTH,
        /** In chunks. */
        CHUNKED,
        /** It ends with the connection. */
        CLOSE
    }

    private final StatusLines statusLines = new StatusLines();
    private final DateHeader date = new DateHeader();
    private final HttpOptions options;
    private final byte[] server;
    private final byte[] extra;
    private final boolean extraDate;

    private Framing framing;
    private long length;
    private boolean keepAlive;
    private boolean dateSeen;
    private boolean serverSeen;

    ResponseHeadWriter(HttpOptions options) {
        this.options = options;
        boolean extraServer = false;
        boolean hasDate = false;
        StringBuilder lines = new StringBuilder();
        for (NameValue header : options.headers()) {
            lines.append(header.name()).append(": ").append(header.value()).append("\r\n");
            extraServer |= header.name().toLowerCase(Locale.ROOT).equals("server");
            hasDate |= header.name().toLowerCase(Locale.ROOT).equals("date");
        }
        extra = bytes(lines.toString());
        extraDate = hasDate;
        server = options.serverHeader() && !extraServer ? bytes("server: corral\r\n") : new byte[0];
    }

    /** How the body of the last head is framed. */
    Framing framing() {
        return framing;
    }

    /** Bytes of the body if framed by LENGTH. */
    long length() {
        return length;
    }

    /** Whether the connection stays after the last head's response. */
    boolean keepAlive() {
        return keepAlive;
    }

    /**
     * Writes a head.
     *
     * @param head status 200-599
     * @param wholeLength bytes of the body if all of it is known, else -1
     * @param minorVersion of the request
     * @param bodiless whether the request was HEAD
     * @param keep whether the connection may stay
     */
    void write(Scratch out, ResponseHead head, long wholeLength, int minorVersion, boolean bodiless, boolean keep) {
        int status = head.status();
        boolean noBody = bodiless || status == 204 || status == 304 || status < 200;
        keepAlive = keep;
        length = -1;
        dateSeen = extraDate;
        serverSeen = false;
        out.put(statusLines.line(status));
        headers(out, head, status);
        frame(out, wholeLength, minorVersion, noBody);
        if (!keepAlive) {
            out.put(status == UPGRADE_REQUIRED ? CLOSE_UPGRADE : CLOSE);
        } else if (minorVersion == 0) {
            out.put(KEEP_ALIVE);
        }
        common(out);
        out.put(LINE_END);
    }

    /** Writes the lines that every response has, for an app's headers that are written elsewhere. */
    void writeCommon(Scratch out, ResponseHead head) {
        dateSeen = extraDate || head.header("date") != null;
        serverSeen = head.header("server") != null;
        common(out);
    }

    private void common(Scratch out) {
        if (!dateSeen && options.dateHeader()) {
            out.put(date.line(System.currentTimeMillis()));
        }
        if (!serverSeen) {
            out.put(server);
        }
        out.put(extra);
    }

    /** Writes an informational head, which is not the last one. */
    void writeInform(Scratch out, ResponseHead head) {
        out.put(statusLines.line(head.status()));
        for (int i = 0; i < head.count(); i++) {
            head.write(i, out);
        }
        out.put(LINE_END);
    }

    private void headers(Scratch out, ResponseHead head, int status) {
        int count = head.count();
        for (int i = 0; i < count; i++) {
            if (isForwarded(head, i, status)) {
                head.write(i, out);
            }
        }
    }

    private boolean isForwarded(ResponseHead head, int i, int status) {
        switch (head.nameLength(i)) {
            case 4 -> dateSeen |= head.isNamed(i, "date");
            case 6 -> serverSeen |= head.isNamed(i, "server");
            case 10 -> {
                if (head.isNamed(i, "connection")) {
                    keepAlive &= !lists(head.value(i), "close");
                    return false;
                }
                return !head.isNamed(i, "keep-alive");
            }
            case 14 -> {
                if (head.isNamed(i, "content-length")) {
                    return contentLength(head.value(i), status);
                }
            }
            case 17 -> {
                return !head.isNamed(i, "transfer-encoding");
            }
            default -> {}
        }
        return true;
    }

    private boolean contentLength(String value, int status) {
        if (status == 204 || length >= 0) {
            return false;
        }
        try {
            length = Long.parseLong(value);
        } catch (NumberFormatException e) {
            return false;
        }
        return length >= 0;
    }

    private void frame(Scratch out, long wholeLength, int minorVersion, boolean noBody) {
        if (noBody) {
            framing = Framing.NONE;
        } else if (length >= 0) {
            framing = Framing.LENGTH;
        } else if (wholeLength >= 0) {
            framing = Framing.LENGTH;
            length = wholeLength;
            out.put(CONTENT_LENGTH);
            out.putDecimal(wholeLength);
            out.put(LINE_END);
        } else if (minorVersion == 1) {
            framing = Framing.CHUNKED;
            out.put(CHUNKED);
        } else {
            framing = Framing.CLOSE;
            keepAlive = false;
        }
    }

    private static boolean lists(String value, String word) {
        byte[] octets = bytes(value);
        return KnownHeaders.lists(octets, 0, octets.length, word);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
