package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long bodies, which workers write to the client's socket themselves (PROTOCOL.md, Loans): to the client nothing is different. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoansIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MEBIBYTE = 1 << 20;

    private Servers servers;
    private RunningServer server;

    @BeforeAll
    void open(Lab lab) throws IOException {
        servers = new Servers(lab);
        server = servers.start(ServerSpec.of(ServerKind.CORRAL, "long_app:app"));
        server.awaitAnswer();
    }

    @AfterAll
    void close() {
        servers.close();
    }

    private static void ask(Wire wire, String target, String... headers) throws IOException {
        String more = String.join(
                "", Arrays.stream(headers).map(line -> line + "\r\n").toList());
        wire.send("GET " + target + " HTTP/1.1\r\nHost: it\r\n" + more + "\r\n");
    }

    /** Reads a head. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the end after " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static void takeBody(InputStream in, int mebibytes) throws IOException {
        for (int i = 0; i < mebibytes; i++) {
            byte[] part = in.readNBytes(MEBIBYTE);
            assertThat(part).hasSize(MEBIBYTE);
            for (int at = 0; at < MEBIBYTE; at++) {
                if (part[at] != (byte) at) {
                    throw new AssertionError("octet " + at + " of mebibyte " + i + " is " + part[at]);
                }
            }
        }
    }

    private String note() throws IOException {
        return Http.get(server, "/notes").body();
    }

    @Test
    void oneResponseAfterTheOtherOnOneConnection() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.socket().setSoTimeout((int) LIMIT.toMillis());
            InputStream in = wire.socket().getInputStream();
            for (String target : List.of("/long/1", "/long/5", "/pieces/65536", "/pieces/10000", "/pieces/300000")) {
                ask(wire, target);
                ask(wire, "/probe");
                assertThat(head(in)).startsWith("HTTP/1.1 200 OK\r\n");
                takeBody(in, target.equals("/long/5") ? 5 : 1);
                assertThat(head(in)).contains("content-length: 5\r\n");
                assertThat(new String(in.readNBytes(5), StandardCharsets.US_ASCII))
                        .isEqualTo("probe");
            }
            wire.send("HEAD /long/1 HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            assertThat(head(in)).contains("content-length: 1048576\r\n");
            assertThat(in.read()).isNegative();
        }
    }

    @Test
    void wsgiAppsToo() throws IOException {
        try (RunningServer own = servers.start(
                        ServerSpec.of(ServerKind.CORRAL_WSGI, "long_app:wsgi").with("--threads=1"));
                Wire wire = new Wire(own.port())) {
            own.awaitAnswer();
            wire.socket().setReceiveBufferSize(1 << 16);
            for (int mebibytes : List.of(1, 30, 1)) {
                ask(wire, "/long/" + mebibytes);
                takeBody(skipHead(wire), mebibytes);
            }
            ask(wire, "/long/500");
            takeBody(skipHead(wire), 3);
            wire.reset();
            // Its only thread is free.
            assertThat(Http.get(own, "/probe").body()).isEqualTo("probe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "Connection: keep-alive"})
    void aClientThatHasClosedItsSideGetsAll(String header) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.socket().setReceiveBufferSize(1 << 16);
            wire.socket().setSoTimeout((int) LIMIT.toMillis());
            ask(wire, "/long/20", header);
            wire.halfClose();
            InputStream in = wire.socket().getInputStream();
            assertThat(head(in)).contains("content-length: 20971520\r\n");
            takeBody(in, 20);
            assertThat(in.read()).isNegative();
        }
    }

    @Test
    void theAppHearsOfAClientThatLeaves() throws IOException {
        try (RunningServer own = start()) {
            try (Wire wire = new Wire(own.port())) {
                ask(wire, "/long/500");
                takeBody(skipHead(wire), 3);
                wire.reset();
            }
            Http.awaitBody(own, "/notes", "lost");
            try (Wire wire = new Wire(own.port())) {
                ask(wire, "/long/500");
                takeBody(skipHead(wire), 3);
            }
            Http.awaitBody(own, "/notes", "lost,lost");
            assertThat(own.text("worker-0.log")).doesNotContain("Traceback");
        }
    }

    private RunningServer start(String... options) throws IOException {
        RunningServer own =
                servers.start(ServerSpec.of(ServerKind.CORRAL, "long_app:app").with(options));
        own.awaitAnswer();
        return own;
    }

    private static InputStream skipHead(Wire wire) throws IOException {
        wire.socket().setSoTimeout((int) LIMIT.toMillis());
        head(wire.socket().getInputStream());
        return wire.socket().getInputStream();
    }

    @Test
    void aKilledWorkerCutsTheResponse() throws IOException {
        try (RunningServer own = start();
                Wire wire = new Wire(own.port())) {
            ask(wire, "/long/500");
            takeBody(skipHead(wire), 3);
            own.worker(0).destroyForcibly();
            assertThat(wire.awaitEnd(LIMIT)).isNotEqualTo(Wire.Side.OPEN);
            assertThat(wire.received().length()).isLessThan(497 * MEBIBYTE);
        }
    }

    @Test
    void aClientThatTakesNothingIsGivenUp() throws IOException {
        try (RunningServer own = start("--send-timeout=1");
                Wire wire = new Wire(own.port())) {
            wire.socket().setReceiveBufferSize(1 << 16);
            ask(wire, "/long/500");
            Http.awaitBody(own, "/notes", "lost");
            assertThat(wire.awaitEnd(LIMIT)).isNotEqualTo(Wire.Side.OPEN);
        }
    }

    @Test
    void noDescriptorIsLeft() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            ask(wire, "/long/1");
            takeBody(skipHead(wire), 1);
            String before = Http.get(server, "/open").body();
            for (int i = 0; i < 50; i++) {
                ask(wire, "/long/1");
                takeBody(skipHead(wire), 1);
            }
            assertThat(Http.get(server, "/open").body()).isEqualTo(before);
        }
        assertThat(note()).contains("sent");
    }
}
