package corral.it.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of a table: what a client does on a connection, and what it must see.
 *
 * @param expectations of a server kind; "" is everyone's whose kind is not there
 * @param differences why a peer is not as ours
 */
record HttpCase(
        String name, List<Step> steps, Map<String, Expectation> expectations, Map<ServerKind, String> differences) {
    /** What a difference begins with that is not always one. */
    static final String AT_TIMES = "at times: ";

    private static final Pattern METHOD = Pattern.compile("(?m)^([A-Z]+) \\S+ HTTP/1\\.[01]$");
    private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: probe\r\n\r\n";

    /** What the client does. */
    sealed interface Step {
        record Send(String bytes) implements Step {}

        /** Waits until so many responses are there, interim ones counted. */
        record Await(int responses) implements Step {}

        record Pause(int millis) implements Step {}

        record HalfClose() implements Step {}
    }

    /** What must be seen of this server. */
    Expectation expected(ServerKind kind) {
        Expectation own = expectations.get(kind.toString());
        return own != null ? own : expectations.get("");
    }

    /** Does it and looks. */
    Observed run(ServerKind kind, int port) throws IOException, InterruptedException {
        Expectation expected = expected(kind);
        boolean patient = !differences.containsKey(kind);
        Duration limit = Duration.ofMillis(patient ? 8000 : 900);
        List<String> methods = methods();
        try (Wire wire = new Wire(port)) {
            for (Step step : steps) {
                if (step instanceof Step.Send send) {
                    wire.send(send.bytes);
                } else if (step instanceof Step.Await await) {
                    wire.read(methods, await.responses, limit);
                } else if (step instanceof Step.Pause pause) {
                    Thread.sleep(pause.millis);
                } else {
                    wire.halfClose();
                }
            }
            List<Response> responses = wire.read(methods, expected.count(), limit);
            if (wire.side() == Wire.Side.OPEN && !expected.open()) {
                wire.awaitEnd(limit);
                responses = Response.parse(bytes(wire), methods, wire.side() != Wire.Side.OPEN);
            }
            if (wire.side() == Wire.Side.OPEN && expected.mayBeOpen()) {
                return probed(wire, responses, methods, limit);
            }
            return new Observed(responses, end(wire));
        }
    }

    /** One more request shows whether the connection is of use. */
    private static Observed probed(Wire wire, List<Response> before, List<String> methods, Duration limit)
            throws IOException {
        wire.send(PROBE);
        List<Response> after = wire.read(methods, before.size() + 1, limit);
        Response last = after.isEmpty() ? null : after.get(after.size() - 1);
        if (last != null
                && last.complete()
                && last.status() == 200
                && last.body().equals("probe")) {
            return new Observed(after.subList(0, after.size() - 1), Observed.End.OPEN);
        }
        return new Observed(after, end(wire));
    }

    private static Observed.End end(Wire wire) {
        return switch (wire.side()) {
            case OPEN -> Observed.End.STUCK;
            case ENDED -> Observed.End.CLOSED;
            case RESET -> Observed.End.RESET;
        };
    }

    private static byte[] bytes(Wire wire) {
        return wire.received().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private List<String> methods() {
        StringBuilder sent = new StringBuilder();
        for (Step step : steps) {
            if (step instanceof Step.Send send) {
                sent.append(send.bytes);
            }
        }
        List<String> methods = new ArrayList<>();
        Matcher matcher = METHOD.matcher(sent);
        while (matcher.find()) {
            methods.add(matcher.group(1));
        }
        return methods;
    }

    @Override
    public String toString() {
        return name;
    }
}
