package corral.server.http;

import corral.server.exchange.RequestHead;
import corral.server.options.HttpOptions;

/** Reads a request line (RFC 9112 3): method, target in one of its forms, version. One per event loop, like its {@link HeadParser}. */
final class RequestLine {
    private static final int BAD_REQUEST = 400;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int MIN_METHOD = 3;
    private static final int MAX_METHOD = 20;
    private static final int VERSION_LENGTH = 8;
    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};

    private final HttpOptions options;
    private int minorVersion;
    private int authorityStart;
    private int authorityEnd;

    RequestLine(HttpOptions options) {
        this.options = options;
    }

    int minorVersion() {
        return minorVersion;
    }

    /** Where the authority of an absolute-form target begins, -1 for other forms. */
    int authorityStart() {
        return authorityStart;
    }

    int authorityEnd() {
        return authorityEnd;
    }

    void parse(byte[] bytes, int start, int end, int[] marks) throws RequestError {
        int methodEnd = method(bytes, start, end);
        int targetStart = methodEnd + 1;
        int targetEnd = targetStart;
        while (targetEnd < end && bytes[targetEnd] != ' ') {
            byte b = bytes[targetEnd];
            if (!Octets.target(b) && (b >= 0 || options.strictTarget())) {
                throw new RequestError(BAD_REQUEST, "an octet in the target that is not allowed there");
            }
            targetEnd++;
        }
        if (targetEnd == targetStart || targetEnd == end) {
            throw new RequestError(BAD_REQUEST, "a request line without target or version");
        }
        version(bytes, start, methodEnd, targetEnd + 1, end);
        marks[RequestHead.METHOD_END] = methodEnd;
        marks[RequestHead.TARGET_START] = targetStart;
        marks[RequestHead.TARGET_END] = targetEnd;
        target(bytes, start, marks);
    }

    private int method(byte[] bytes, int start, int end) throws RequestError {
        int at = start;
        while (at < end && Octets.token(bytes[at])) {
            if (options.casefoldMethod() && bytes[at] >= 'a' && bytes[at] <= 'z') {
                bytes[at] ^= 0x20;
            }
            if (!options.permitUnconventionalMethod() && !Octets.method(bytes[at])) {
                throw new RequestError(BAD_REQUEST, "an unconventional method");
            }
            at++;
        }
        int length = at - start;
        if (at == end
                || bytes[at] != ' '
                || (!options.permitUnconventionalMethod() && (length < MIN_METHOD || length > MAX_METHOD))) {
            throw new RequestError(BAD_REQUEST, "no valid method");
        }
        return at;
    }

    private void version(byte[] bytes, int start, int methodEnd, int from, int end) throws RequestError {
        if (end - from != VERSION_LENGTH || !startsWith(bytes, from, VERSION) || bytes[from + 6] != '.') {
            throw new RequestError(BAD_REQUEST, "no valid version");
        }
        int major = bytes[from + 5] - '0';
        int minor = bytes[from + 7] - '0';
        boolean digits = major >= 0 && major <= 9 && minor >= 0 && minor <= 9;
        if (digits && major > 1) {
            boolean preface = methodEnd - start == MIN_METHOD && bytes[start] == 'P' && bytes[start + 1] == 'R';
            throw new RequestError(preface ? BAD_REQUEST : VERSION_NOT_SUPPORTED, "HTTP/" + major);
        }
        if (!digits || major != 1 || (minor > 1 && !options.permitUnconventionalVersion())) {
            throw new RequestError(BAD_REQUEST, "no valid version");
        }
        minorVersion = Math.min(minor, 1);
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private void target(byte[] bytes, int start, int[] marks) throws RequestError {
        int from = marks[RequestHead.TARGET_START];
        int end = marks[RequestHead.TARGET_END];
        authorityStart = -1;
        if (is(bytes, start, marks[RequestHead.METHOD_END], "CONNECT")) {
            throw new RequestError(METHOD_NOT_ALLOWED, "CONNECT");
        }
        if (bytes[from] == '*' && end - from == 1) {
            if (!is(bytes, start, marks[RequestHead.METHOD_END], "OPTIONS")) {
                throw new RequestError(BAD_REQUEST, "the target * with a method other than OPTIONS");
            }
        } else if (bytes[from] != '/') {
            from = absolute(bytes, from, end);
        }
        int query = from;
        while (query < end && bytes[query] != '?') {
            query++;
        }
        marks[RequestHead.PATH_START] = from;
        marks[RequestHead.PATH_END] = query;
        marks[RequestHead.QUERY_START] = Math.min(query + 1, end);
        marks[RequestHead.QUERY_END] = end;
    }

    /** Returns where the path begins. */
    private int absolute(byte[] bytes, int from, int end) throws RequestError {
        int at = from;
        while (at < end && bytes[at] != ':') {
            at++;
        }
        boolean scheme = is(bytes, from, at, "http") || is(bytes, from, at, "https");
        if (!scheme || at + 2 >= end || bytes[at + 1] != '/' || bytes[at + 2] != '/') {
            throw new RequestError(BAD_REQUEST, "a target that is neither a path nor an http URL");
        }
        authorityStart = at + 3;
        at = authorityStart;
        while (at < end && Octets.authority(bytes[at])) {
            at++;
        }
        authorityEnd = at;
        if (at == authorityStart || (at < end && bytes[at] != '/' && bytes[at] != '?')) {
            throw new RequestError(BAD_REQUEST, "a target with no valid authority");
        }
        return at;
    }

    private static boolean is(byte[] bytes, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Octets.lower(bytes[from + i]) != Octets.lower((byte) word.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
