package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long bodies of requests, which workers read from the client's socket themselves (PROTOCOL.md, Loans): to the client nothing is different. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LONG = 600_000;

    private Servers servers;
    private RunningServer server;

    @BeforeAll
    void open(Lab lab) throws IOException {
        servers = new Servers(lab);
        server = start(ServerKind.CORRAL, "upload_app:app");
    }

    @AfterAll
    void close() {
        servers.close();
    }

    private RunningServer start(ServerKind kind, String app, String... options) {
        RunningServer own = servers.start(ServerSpec.of(kind, app).with(options));
        own.awaitAnswer();
        return own;
    }

    private static byte[] body(int size) {
        byte[] body = new byte[size];
        for (int i = 0; i < size; i++) {
            body[i] = (byte) ((i * 31) >> 5);
        }
        return body;
    }

    private static String told(byte[] body) {
        try {
            return body.length + " "
                    + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void head(Wire wire, String target, int size, String... headers) throws IOException {
        String more = String.join(
                "", Arrays.stream(headers).map(line -> line + "\r\n").toList());
        wire.send("POST " + target + " HTTP/1.1\r\nHost: it\r\nContent-Length: " + size + "\r\n" + more + "\r\n");
    }

    private static List<String> bodies(Wire wire, int count) throws IOException {
        return wire.read(List.of(), count, LIMIT).stream()
                .map(response -> response.complete() ? response.body() : "incomplete " + response)
                .toList();
    }

    /** Sends a request of which half of the body comes later, when its worker has the client's socket. */
    private static Wire half(RunningServer server, String target) throws IOException {
        int before = descriptors(server);
        Wire wire = new Wire(server.port());
        head(wire, target, LONG);
        wire.send(Arrays.copyOf(body(LONG), LONG / 2));
        Servers.until("the loan", () -> descriptors(server) > before);
        return wire;
    }

    /** How many descriptors the worker has. */
    private static int descriptors(RunningServer server) throws IOException {
        return Integer.parseInt(Http.get(server, "/open").body());
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "CORRAL_WSGI"})
    void oneUploadAfterTheOtherOnOneConnection(ServerKind kind) throws IOException {
        try (RunningServer own = start(kind, kind == ServerKind.CORRAL ? "upload_app:app" : "upload_app:wsgi");
                Wire wire = new Wire(own.port())) {
            List<String> expected = new ArrayList<>();
            for (int size : new int[] {1, 65_536, 140_000, 1 << 20, 200_000, 10 << 20, 300_000, 5}) {
                head(wire, "/sum", size);
                wire.send(body(size));
                wire.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
                expected.add(told(body(size)));
                expected.add("probe");
                assertThat(bodies(wire, expected.size())).isEqualTo(expected);
            }
        }
    }

    @Test
    void aClientThatWaitsForContinueIsToldOnce() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            head(wire, "/sum", LONG, "Expect: 100-continue");
            assertThat(wire.read(List.of(), 1, LIMIT)).singleElement().matches(Response::interim);
            wire.send(body(LONG));
            assertThat(bodies(wire, 2).get(1)).isEqualTo(told(body(LONG)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "Connection: keep-alive"})
    void aClientThatClosesItsSideAfterTheBodyIsAnswered(String header) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            head(wire, "/sum", LONG, header);
            wire.send(body(LONG));
            wire.halfClose();
            assertThat(bodies(wire, 1)).containsExactly(told(body(LONG)));
            assertThat(wire.awaitEnd(LIMIT)).isEqualTo(Wire.Side.ENDED);
        }
    }

    @Test
    void aBodyThatPausesGoesOnByTheFront() throws IOException {
        try (RunningServer own = start(ServerKind.CORRAL, "upload_app:app")) {
            // The connection that descriptors come by is there from then on.
            half(own, "/sum").close();
            Http.awaitBody(own, "/notes", "disconnect");
            int before = descriptors(own);
            try (Wire wire = half(own, "/sum")) {
                Servers.until("the loan to go back", () -> descriptors(own) == before);
                wire.send(Arrays.copyOfRange(body(LONG), LONG / 2, LONG));
                wire.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
                assertThat(bodies(wire, 2)).containsExactly(told(body(LONG)), "probe");
            }
        }
    }

    @Test
    void aBodyThatDoesNotGoOnIsTimedOut() throws IOException {
        try (RunningServer own = start(ServerKind.CORRAL, "upload_app:app", "--body-timeout=1");
                Wire wire = half(own, "/sum")) {
            assertThat(wire.read(List.of(), 1, LIMIT)).singleElement().matches(response -> response.status() == 408);
            Http.awaitBody(own, "/notes", "disconnect");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theAppHearsOfAClientThatLeaves(boolean reset) throws IOException {
        try (RunningServer own = start(ServerKind.CORRAL, "upload_app:app")) {
            Wire wire = half(own, "/sum");
            if (reset) {
                wire.reset();
            } else {
                wire.close();
            }
            Http.awaitBody(own, "/notes", "disconnect");
            assertThat(own.text("server.log")).doesNotContain("failed");
            assertThat(own.text("worker-0.log")).doesNotContain("Traceback");
        }
    }

    @Test
    void anAnswerInTheMiddleOfTheBodyLeavesTheRestToTheFront() throws IOException {
        byte[] all = body(LONG);
        try (Wire wire = new Wire(server.port())) {
            head(wire, "/early", LONG);
            wire.send(Arrays.copyOf(all, LONG / 2));
            Servers.until("the beginning of the answer", () -> {
                wire.read(List.of(), 1, Duration.ofMillis(20));
                return wire.received().contains("begun ");
            });
            wire.send(Arrays.copyOfRange(all, LONG / 2, LONG));
            assertThat(bodies(wire, 1)).singleElement().asString().matches("begun [0-9]+ [0-9a-f]{32}");
        }
    }

    @Test
    void anAnswerThatWantsNothingMoreOfTheBodyArrives() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            head(wire, "/first", LONG);
            wire.send(body(LONG));
            assertThat(bodies(wire, 1)).containsExactly("first");
        }
    }

    @Test
    void anAppThatFailsInTheMiddleIsAnError() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            head(wire, "/fail", LONG);
            wire.send(body(LONG));
            assertThat(wire.read(List.of(), 1, LIMIT))
                    .singleElement()
                    .matches(response -> response.status() == 500 && response.complete());
        }
    }

    @Test
    void aKilledWorkerIsABadGateway() throws IOException {
        try (RunningServer own = start(ServerKind.CORRAL, "upload_app:app");
                Wire wire = half(own, "/sum")) {
            own.worker(0).destroyForcibly();
            assertThat(wire.read(List.of(), 1, LIMIT))
                    .singleElement()
                    .matches(response -> response.status() == 502 && response.complete());
            own.startWorker(0);
            assertThat(Http.get(own, "/probe").body()).isEqualTo("probe");
        }
    }

    @Test
    void noDescriptorIsLeft() throws IOException {
        int before = 0;
        for (int i = 0; i < 30; i++) {
            try (Wire wire = new Wire(server.port())) {
                head(wire, "/sum", LONG, "Connection: close");
                wire.send(body(LONG));
                assertThat(bodies(wire, 1)).containsExactly(told(body(LONG)));
            }
            before = before == 0 ? descriptors(server) : before;
        }
        int expected = before;
        Servers.until("the descriptors to be closed", () -> descriptors(server) <= expected);
    }
}
