package corral.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.exchange.RequestHead;
import corral.server.proxy.Heads;
import org.junit.jupiter.api.Test;

class UvicornFormatTest {
    private static String line(AccessEntry entry, boolean colors) {
        StringBuilder out = new StringBuilder();
        new UvicornFormat("", colors).append(out, entry);
        return out.toString();
    }

    private static String path(String raw) {
        String line = line(Entries.of(Heads.of("GET", raw, raw, "", 1)), false);
        return line.substring(line.indexOf('/'), line.indexOf(" HTTP"));
    }

    @Test
    void aLineIsUvicorns() {
        RequestHead head = Heads.of("GET", "/a%20b?x=1", "/a%20b", "x=1", 1);

        assertThat(line(Entries.of(head, "127.0.0.1", 200, null), false))
                .isEqualTo("INFO:     127.0.0.1:36598 - \"GET /a%20b?x=1 HTTP/1.1\" 200 OK");
        assertThat(line(Entries.of(head, null, 404, null), false))
                .isEqualTo("INFO:      - \"GET /a%20b?x=1 HTTP/1.1\" 404 Not Found");
        assertThat(line(Entries.of(head, "h", 299, null), false)).endsWith("\" 299 ");
    }

    @Test
    void colorsAreClicks() {
        RequestHead head = Heads.of("GET", "/", "/", "", 0);

        assertThat(line(Entries.of(head, "127.0.0.1", 500, null), true))
                .isEqualTo("\u001b[32mINFO\u001b[0m:     127.0.0.1:36598 - \"\u001b[1mGET / HTTP/1.0\u001b[0m\""
                        + " \u001b[91m500 Internal Server Error\u001b[0m");
    }

    @Test
    void pathsAreDecodedAndQuotedAgain() {
        assertThat(path("/plain-._~")).isEqualTo("/plain-._~");
        assertThat(path("/a@b:c+d")).isEqualTo("/a%40b%3Ac%2Bd");
        assertThat(path("/%2f%7e%41")).isEqualTo("/%2F~A".replace("%2F", "/"));
        assertThat(path("/%c3%a9")).isEqualTo("/%C3%A9");
        assertThat(path("/%ff")).isEqualTo("/%EF%BF%BD");
        assertThat(path("/%zz")).isEqualTo("/%25zz");
        assertThat(path("/%0a%22")).isEqualTo("/%0A%22");
    }

    @Test
    void webSocketsAreNamed() {
        RequestHead head = Heads.of("GET", "/p?q", "/p", "q", 1, "upgrade: WebSocket");

        assertThat(line(Entries.of(head, "1.2.3.4", 101, null), false))
                .isEqualTo("INFO:     1.2.3.4:36598 - \"WebSocket /p?q\" [accepted]");
        assertThat(line(Entries.of(head, "1.2.3.4", 403, null), false))
                .isEqualTo("INFO:     1.2.3.4:36598 - \"WebSocket /p?q\" 403");
    }

    @Test
    void badRequestsHaveALineToo() {
        AccessEntry entry = new AccessEntry(null, "1.2.3.4", 5, "http", 400, 9, 1, 1, 0, 0, -1, null);

        assertThat(line(entry, false)).isEqualTo("INFO:     1.2.3.4:5 - \"-\" 400 Bad Request");
    }
}
