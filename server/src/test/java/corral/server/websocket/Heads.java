package corral.server.websocket;

import corral.server.exchange.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Requests' heads for tests. */
final class Heads {
    private Heads() {}

    /** A GET with these headers, names and values in turn. */
    static RequestHead get(String... headers) {
        return of("GET", 1, headers);
    }

    static RequestHead of(String method, int minorVersion, String... headers) {
        StringBuilder text = new StringBuilder(method);
        int[] marks = new int[RequestHead.FIRST_HEADER + 2 * headers.length];
        for (int i = 0; i < RequestHead.FIRST_HEADER; i++) {
            marks[i] = method.length();
        }
        for (int i = 0; i < headers.length; i++) {
            marks[RequestHead.FIRST_HEADER + 2 * i] = text.length();
            text.append(i % 2 == 0 ? headers[i].toLowerCase(Locale.ROOT) : headers[i]);
            marks[RequestHead.FIRST_HEADER + 2 * i + 1] = text.length();
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return new RequestHead(bytes, marks, headers.length / 2, minorVersion);
    }
}
