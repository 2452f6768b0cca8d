package corral.server.proxy;

import corral.server.exchange.RequestHead;
import java.nio.charset.StandardCharsets;

/** Heads of requests for tests. */
public final class Heads {
    private Heads() {}

    /** A GET of / with these header lines, {@code name: value} with the name in lower case. */
    public static RequestHead with(String... headers) {
        return of("GET", "/", "/", "", 1, headers);
    }

    /** Any head; path and query must be parts of the target. */
    public static RequestHead of(
            String method, String target, String path, String query, int minorVersion, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1." + minorVersion + "\r\n");
        int targetStart = method.length() + 1;
        int pathStart = targetStart + Math.max(0, target.indexOf(path));
        int queryStart = query.isEmpty() ? targetStart : targetStart + target.indexOf('?') + 1;
        int[] marks = new int[RequestHead.FIRST_HEADER + 4 * headers.length];
        marks[RequestHead.METHOD_END] = method.length();
        marks[RequestHead.TARGET_START] = targetStart;
        marks[RequestHead.TARGET_END] = targetStart + target.length();
        marks[RequestHead.PATH_START] = pathStart;
        marks[RequestHead.PATH_END] = pathStart + path.length();
        marks[RequestHead.QUERY_START] = queryStart;
        marks[RequestHead.QUERY_END] = queryStart + query.length();
        int at = RequestHead.FIRST_HEADER;
        for (String header : headers) {
            int colon = header.indexOf(':');
            marks[at++] = text.length();
            marks[at++] = text.length() + colon;
            marks[at++] = text.length() + colon + 2;
            marks[at++] = text.length() + header.length();
            text.append(header).append("\r\n");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return new RequestHead(bytes, marks, headers.length, minorVersion);
    }
}
