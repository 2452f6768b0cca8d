package corral.server.http;

import corral.server.exchange.RequestHead;
import corral.server.options.HttpOptions.NameValue;
import java.util.List;

/**
 * What the headers of a request say about its body and its connection (RFC 9112 6, 7.6.1; RFC 9110 10.1.1). Filled while the head is
 * parsed; refuses every ambiguity about where the body ends.
 */
final class KnownHeaders {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int EXPECTATION_FAILED = 417;
    private static final int MAX_DIGITS = 18;

    private final boolean alwaysForwarded;
    private int minorVersion;
    private long contentLength;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean upgradeListed;
    private boolean expect;
    private boolean trailersAccepted;
    private boolean forwarded;
    private int hostAt;

    /** @param schemeHeaders gunicorn's secure_scheme_headers; most begin with an x */
    KnownHeaders(List<NameValue> schemeHeaders) {
        alwaysForwarded = schemeHeaders.stream()
                .anyMatch(header ->
                        header.name().charAt(0) != 'x' && header.name().charAt(0) != 'f');
    }

    void begin(int minor) {
        minorVersion = minor;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrade = false;
        upgradeListed = false;
        expect = false;
        trailersAccepted = false;
        forwarded = false;
        hostAt = -1;
    }

    /** Bytes of the body; -1 if not given. */
    long contentLength() {
        return contentLength;
    }

    boolean chunked() {
        return chunked;
    }

    /** Whether the connection is to be kept after the response, as far as the client is concerned. */
    boolean keepAlive() {
        return minorVersion == 1 ? !close : keepAlive && !close;
    }

    /** Whether another protocol is asked for, in due form. */
    boolean upgrade() {
        return upgrade && upgradeListed && minorVersion == 1;
    }

    /** Whether the client waits for 100 Continue. */
    boolean expectsContinue() {
        return expect && minorVersion == 1;
    }

    /** Whether the client takes trailers. */
    boolean trailersAccepted() {
        return trailersAccepted;
    }

    /** Whether a header may say who the client really is: Forwarded, X-Forwarded-… or one of gunicorn's scheme headers. */
    boolean forwarded() {
        return forwarded;
    }

    /** Index in marks of the Host header, -1 if there is none. */
    int hostAt() {
        return hostAt;
    }

    void see(byte[] bytes, int[] marks, int at) throws RequestError {
        int name = marks[at];
        int from = marks[at + 2];
        int to = marks[at + 3];
        switch (marks[at + 1] - name) {
            case 2 -> {
                if (is(bytes, name, "te")) {
                    trailersAccepted |= lists(bytes, from, to, "trailers");
                }
            }
            case 4 -> {
                if (is(bytes, name, "host")) {
                    host(bytes, at, from, to);
                }
            }
            case 6 -> {
                if (is(bytes, name, "expect")) {
                    expect(bytes, from, to);
                }
            }
            case 7 -> upgrade |= is(bytes, name, "upgrade");
            case 10 -> {
                if (is(bytes, name, "connection")) {
                    close |= lists(bytes, from, to, "close");
                    keepAlive |= lists(bytes, from, to, "keep-alive");
                    upgradeListed |= lists(bytes, from, to, "upgrade");
                }
            }
            case 14 -> {
                if (is(bytes, name, "content-length")) {
                    contentLength(bytes, from, to);
                }
            }
            case 17 -> {
                if (is(bytes, name, "transfer-encoding")) {
                    transferEncoding(bytes, from, to);
                }
            }
            default -> {}
        }
        forwarded |= alwaysForwarded || bytes[name] == 'x' || bytes[name] == 'f';
    }

    /** Checks what only all headers together say. */
    void finish(RequestLine line) throws RequestError {
        if (chunked && contentLength >= 0) {
            throw new RequestError(BAD_REQUEST, "both Content-Length and Transfer-Encoding");
        }
        if (chunked && minorVersion == 0) {
            throw new RequestError(BAD_REQUEST, "Transfer-Encoding in HTTP/1.0");
        }
        if (hostAt < 0 && minorVersion == 1) {
            throw new RequestError(BAD_REQUEST, "no Host");
        }
    }

    private void host(byte[] bytes, int at, int from, int to) throws RequestError {
        if (hostAt >= 0) {
            throw new RequestError(BAD_REQUEST, "two Host headers");
        }
        for (int i = from; i < to; i++) {
            if (!Octets.authority(bytes[i])) {
                throw new RequestError(BAD_REQUEST, "an octet in Host that is not allowed there");
            }
        }
        hostAt = at;
    }

    private void expect(byte[] bytes, int from, int to) throws RequestError {
        if (!equal(bytes, from, to, "100-continue")) {
            throw new RequestError(EXPECTATION_FAILED, "an expectation other than 100-continue");
        }
        expect = true;
    }

    private void contentLength(byte[] bytes, int from, int to) throws RequestError {
        if (contentLength >= 0) {
            throw new RequestError(BAD_REQUEST, "two Content-Length headers");
        }
        if (from == to) {
            throw new RequestError(BAD_REQUEST, "an empty Content-Length");
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || to - from > MAX_DIGITS) {
                throw new RequestError(BAD_REQUEST, "a Content-Length that is no number");
            }
            length = 10 * length + digit;
        }
        contentLength = length;
    }

    private void transferEncoding(byte[] bytes, int from, int to) throws RequestError {
        if (chunked) {
            throw new RequestError(BAD_REQUEST, "two Transfer-Encoding headers");
        }
        if (equal(bytes, from, to, "chunked")) {
            chunked = true;
            return;
        }
        throw refusal(bytes, from, to);
    }

    /** Codings before a last chunked would have to be undone; a body that does not end with chunked has no known end. */
    private static RequestError refusal(byte[] bytes, int from, int to) {
        int last = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == ',') {
                last = i + 1;
            } else if (!Octets.token(bytes[i]) && bytes[i] != ' ' && bytes[i] != '\t') {
                return new RequestError(BAD_REQUEST, "a Transfer-Encoding that is no list of codings");
            }
        }
        while (last < to && (bytes[last] == ' ' || bytes[last] == '\t')) {
            last++;
        }
        boolean known = equal(bytes, last, to, "gzip")
                || equal(bytes, last, to, "deflate")
                || equal(bytes, last, to, "compress")
                || equal(bytes, last, to, "identity");
        boolean chunkedLast = equal(bytes, last, to, "chunked");
        boolean twice = chunkedLast && lists(bytes, from, last - 1, "chunked");
        int status = from == to || known || twice ? BAD_REQUEST : NOT_IMPLEMENTED;
        return new RequestError(status, "a Transfer-Encoding other than chunked");
    }

    /** Whether a comma-separated list has the lower-case word, in any case. */
    static boolean lists(byte[] bytes, int from, int to, String word) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && bytes[end] != ',') {
                end++;
            }
            int first = at;
            int last = end;
            while (first < last && (bytes[first] == ' ' || bytes[first] == '\t')) {
                first++;
            }
            while (last > first && (bytes[last - 1] == ' ' || bytes[last - 1] == '\t')) {
                last--;
            }
            if (equal(bytes, first, last, word)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    private static boolean equal(byte[] bytes, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Octets.lower(bytes[from + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean is(byte[] bytes, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a method's repetition does no harm (RFC 9110 9.2.2). */
    static boolean idempotent(RequestHead head) {
        byte[] bytes = head.bytes();
        int length = head.mark(RequestHead.METHOD_END);
        return equal(bytes, 0, length, "get")
                || equal(bytes, 0, length, "head")
                || equal(bytes, 0, length, "put")
                || equal(bytes, 0, length, "delete")
                || equal(bytes, 0, length, "options")
                || equal(bytes, 0, length, "trace");
    }
}
