package corral.server.http;

import corral.server.exchange.RequestHead;
import corral.server.options.HttpOptions;
import corral.server.options.LimitOptions;
import corral.server.options.ProxyOptions;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads the head of an HTTP/1 request, strictly (RFC 9112; what differs between servers, and so lets requests be smuggled, is refused). Works
 * on a copy in an array: names are lower-cased there, and the copy becomes the {@link RequestHead}. One per event loop; what it says about
 * the last head ({@link #headers}) holds until the next call.
 */
final class HeadParser {
    private static final int MAX_EMPTY_LINES = 2;
    private static final int MAX_FIELDS = 32768;
    private static final int DEFAULT_FIELD_SIZE = 8190;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 431;
    private static final int TLS_HANDSHAKE = 0x16;

    private final HttpOptions options;
    private final RequestLine line;
    private final KnownHeaders headers;
    private final UnderscoreNames underscores;
    private final int maxFields;
    private final int maxFieldSize;
    private final int maxLine;
    private final int maxHead;

    private byte[] bytes = new byte[8192];
    private int[] marks = new int[RequestHead.FIRST_HEADER + 4 * 32];
    private int count;
    private boolean trusted;

    HeadParser(HttpOptions options, LimitOptions limits, ProxyOptions proxy) {
        this.options = options;
        line = new RequestLine(options);
        headers = new KnownHeaders(proxy.secureSchemeHeaders());
        underscores = new UnderscoreNames(options.headerMap(), proxy.forwarderHeaders());
        maxFields = limits.fields() > 0 ? limits.fields() : MAX_FIELDS;
        maxFieldSize = limits.fieldSize() > 0 ? limits.fieldSize() : DEFAULT_FIELD_SIZE;
        maxLine = limits.requestLine() > 0 ? limits.requestLine() : Integer.MAX_VALUE;
        maxHead = limits.head() > 0 ? limits.head() : Integer.MAX_VALUE;
    }

    /** What the headers of the last head say about its connection and body. */
    KnownHeaders headers() {
        return headers;
    }

    /**
     * Reads a head and takes it from the buffer.
     *
     * @param fromTrusted whether the peer may say who its clients are
     * @return null if its end is still to come; nothing was taken then
     * @throws RequestError if it cannot be one
     */
    RequestHead parse(ByteBuf in, boolean fromTrusted) throws RequestError {
        trusted = fromTrusted;
        int size = copy(in);
        int start = skipEmptyLines(size);
        if (start < 0 || start == size) {
            return null;
        }
        if (!Octets.token(bytes[start])) {
            throw new RequestError(
                    BAD_REQUEST, bytes[start] == TLS_HANDSHAKE ? "a TLS handshake on a plain port" : "no method");
        }
        int end = lineEnd(start, size, maxLine, 414, "request line");
        if (end < 0) {
            return null;
        }
        line.parse(bytes, start, end, marks);
        headers.begin(line.minorVersion());
        count = 0;
        int at = end + 2;
        while (true) {
            if (at >= size || (bytes[at] == '\r' && at + 1 == size)) {
                return incomplete(at - start);
            }
            if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
                break;
            }
            int next = field(at, size);
            if (next < 0) {
                return incomplete(size - start);
            }
            at = next;
            incomplete(at - start);
        }
        headers.finish(line);
        in.skipBytes(at + 2);
        return head(start, at + 2);
    }

    private int copy(ByteBuf in) {
        int size = in.readableBytes();
        if (maxHead < Integer.MAX_VALUE) {
            size = Math.min(size, maxHead + maxFieldSize);
        }
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, 2 * bytes.length)];
        }
        in.getBytes(in.readerIndex(), bytes, 0, size);
        return size;
    }

    /** RFC 9112 2.2: an empty line before the request line is ignored. Returns where the line begins, -1 if that is not there yet. */
    private int skipEmptyLines(int size) throws RequestError {
        int at = 0;
        for (int lines = 0; at < size && bytes[at] == '\r'; lines++) {
            if (at + 1 == size) {
                return -1;
            }
            if (bytes[at + 1] != '\n' || lines == MAX_EMPTY_LINES) {
                throw new RequestError(BAD_REQUEST, "no request line");
            }
            at += 2;
        }
        return at;
    }

    /** Where the CR of a line's end is; -1 if it is still to come. */
    private int lineEnd(int from, int size, int limit, int tooLong, String what) throws RequestError {
        for (int i = from; i < size; i++) {
            if (bytes[i] == '\n') {
                if (i == from || bytes[i - 1] != '\r') {
                    throw new RequestError(BAD_REQUEST, what + " that ends with LF alone");
                }
                if (i - 1 - from > limit) {
                    throw new RequestError(tooLong, what + " of " + (i - 1 - from) + " bytes");
                }
                return i - 1;
            }
        }
        if (size - from > limit + 1) {
            throw new RequestError(tooLong, what + " of more than " + limit + " bytes");
        }
        return -1;
    }

    private RequestHead incomplete(int length) throws RequestError {
        if (length > maxHead) {
            throw new RequestError(TOO_LARGE, "a head of more than " + maxHead + " bytes");
        }
        return null;
    }

    /** Reads one header line; returns where the next begins, -1 if its end is not there yet. */
    private int field(int start, int size) throws RequestError {
        int at = start;
        while (at < size && Octets.token(bytes[at])) {
            bytes[at] = Octets.lower(bytes[at]);
            at++;
        }
        int nameEnd = at;
        if (options.stripHeaderSpaces()) {
            while (at < size && (bytes[at] == ' ' || bytes[at] == '\t')) {
                at++;
            }
        }
        if (at == size) {
            lineEnd(start, size, maxFieldSize, TOO_LARGE, "header");
            return -1;
        }
        if (bytes[at] != ':' || nameEnd == start) {
            throw new RequestError(BAD_REQUEST, "a header line without a valid name");
        }
        int end = valueEnd(start, at + 1, size);
        if (end < 0) {
            return -1;
        }
        add(start, nameEnd, at + 1, end);
        return end + 2;
    }

    /** Where the value's CR is; folded lines are joined if that is allowed. */
    private int valueEnd(int start, int from, int size) throws RequestError {
        int at = from;
        while (true) {
            while (at < size && Octets.value(bytes[at])) {
                at++;
            }
            if (at - start > maxFieldSize) {
                throw new RequestError(TOO_LARGE, "a header of more than " + maxFieldSize + " bytes");
            }
            if (at + 2 >= size) {
                return pending(at, size);
            }
            if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
                throw new RequestError(BAD_REQUEST, "a control character in a header");
            }
            if (bytes[at + 2] != ' ' && bytes[at + 2] != '\t') {
                if (at + 2 - start > maxFieldSize) {
                    throw new RequestError(TOO_LARGE, "a header of more than " + maxFieldSize + " bytes");
                }
                return at;
            }
            if (!options.permitObsoleteFolding()) {
                throw new RequestError(BAD_REQUEST, "a folded header line");
            }
            bytes[at] = ' ';
            bytes[at + 1] = ' ';
        }
    }

    private int pending(int at, int size) throws RequestError {
        if ((at < size && bytes[at] != '\r') || (at + 1 < size && bytes[at + 1] != '\n')) {
            throw new RequestError(BAD_REQUEST, "a control character in a header");
        }
        return -1;
    }

    private void add(int nameStart, int nameEnd, int from, int to) throws RequestError {
        int valueStart = from;
        int valueEnd = to;
        while (valueStart < valueEnd && (bytes[valueStart] == ' ' || bytes[valueStart] == '\t')) {
            valueStart++;
        }
        while (valueEnd > valueStart && (bytes[valueEnd - 1] == ' ' || bytes[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        if (hasUnderscore(nameStart, nameEnd)) {
            switch (underscores.of(bytes, nameStart, nameEnd, trusted)) {
                case PASS -> {}
                case DROP -> {
                    return;
                }
                case REFUSE -> throw new RequestError(BAD_REQUEST, "a header name with an underscore");
            }
        }
        if (count == maxFields) {
            throw new RequestError(TOO_LARGE, "more than " + maxFields + " headers");
        }
        int at = RequestHead.FIRST_HEADER + 4 * count;
        if (at + 4 > marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        marks[at] = nameStart;
        marks[at + 1] = nameEnd;
        marks[at + 2] = valueStart;
        marks[at + 3] = valueEnd;
        headers.see(bytes, marks, at);
        count++;
    }

    private boolean hasUnderscore(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '_') {
                return true;
            }
        }
        return false;
    }

    private RequestHead head(int start, int end) {
        if (line.authorityStart() >= 0 && headers.hostAt() >= 0) {
            marks[headers.hostAt() + 2] = line.authorityStart();
            marks[headers.hostAt() + 3] = line.authorityEnd();
        }
        int[] own = Arrays.copyOf(marks, RequestHead.FIRST_HEADER + 4 * count);
        if (start > 0) {
            for (int i = 0; i < own.length; i++) {
                own[i] -= start;
            }
        }
        return new RequestHead(Arrays.copyOfRange(bytes, start, end), own, count, line.minorVersion());
    }
}
