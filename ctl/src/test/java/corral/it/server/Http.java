package corral.it.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Plain requests of tests that look at something else. */
final class Http {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Http() {}

    /** GET on a connection of its own. */
    static Response get(RunningServer server, String target) throws IOException {
        return request(server, "GET", target);
    }

    /** A request without a body on a connection of its own; closed without an answer reads as status 0. */
    static Response request(RunningServer server, String method, String target) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.send(
                    method + " " + target + " HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            List<Response> responses = wire.read(List.of(method), 1, LIMIT);
            return responses.isEmpty()
                    ? new Response(0, "", "", Response.Framing.BODILESS, false)
                    : responses.get(responses.size() - 1);
        }
    }

    /** What an app says, waited for. */
    static void awaitBody(RunningServer server, String target, String body) {
        Servers.until(
                target + " to say " + body, () -> get(server, target).body().equals(body));
    }
}
