package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets of raw ASGI and FastAPI apps, with Python's client library {@code websockets} as peer. */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketIT {
    private static final ServerSpec SPEC = ServerSpec.of(ServerKind.CORRAL, "websocket_app:app");

    private final Lab lab;
    private Servers servers;

    WebSocketIT(Lab lab) {
        this.lab = lab;
    }

    @BeforeAll
    void open() {
        servers = new Servers(lab);
    }

    @AfterAll
    void close() {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "handshake", "refusals", "ends", "backpressure", "starlette"})
    void peerSees(String scenario) {
        passes(SPEC, scenario);
    }

    @Test
    void sizeAndSilenceOfTheClientHaveLimits() {
        passes(SPEC.with("--ws-max-size=100000", "--ws-ping-interval=0.5", "--ws-ping-timeout=0.5"), "limits");
    }

    private void passes(ServerSpec spec, String scenario) {
        RunningServer server = servers.shared(spec);
        server.awaitAnswer();
        Outcome outcome = lab.run(server.dir(), command(server, scenario));
        assertThat(outcome.exit()).as("%s; %s", outcome, server.story()).isZero();
    }

    private static List<String> command(RunningServer server, String scenario) {
        return List.of(
                Distribution.python().toString(),
                Servers.resources().resolve("websocket_peer.py").toString(),
                Integer.toString(server.port()),
                scenario);
    }

    @Test
    void endOfTheServerIs1012() throws IOException, InterruptedException {
        RunningServer server = servers.start(SPEC.with("--graceful-timeout=2"));
        holdUntil(server, server.front().pid(), "TERM", "1012");
    }

    @ParameterizedTest
    @ValueSource(strings = {"front", "worker"})
    void whatTheAppWorksAtIsAnsweredBeforeTheEnd(String who) throws IOException, InterruptedException {
        RunningServer server = servers.start(SPEC.with("--graceful-timeout=4"));
        Path out = server.dir().resolve("peer.log");
        Process peer = lab.start(server.dir(), command(server, "asks"), out, out);
        Servers.until("a question", () -> Files.readString(out).equals("asked\n"));
        server.signal(
                "TERM",
                who.equals("front") ? server.front().pid() : server.worker(0).pid());
        assertThat(peer.waitFor(2 * Servers.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(server::story)
                .isTrue();
        assertThat(Files.readString(out)).isEqualTo("asked\nanswer to question, after 1012\n1012 \n");
    }

    @Test
    void deathOfTheWorkerIs1011() throws IOException, InterruptedException {
        RunningServer server = servers.start(SPEC);
        holdUntil(server, server.worker(0).pid(), "KILL", "1011");
    }

    private void holdUntil(RunningServer server, long pid, String signal, String code)
            throws IOException, InterruptedException {
        Path out = server.dir().resolve("peer.log");
        Process peer = lab.start(server.dir(), command(server, "hold"), out, out);
        Servers.until("a WebSocket", () -> Files.readString(out).equals("ready\n"));
        server.signal(signal, pid);
        assertThat(peer.waitFor(Servers.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(server::story)
                .isTrue();
        assertThat(Files.readString(out)).isEqualTo("ready\n" + code + " \n");
    }
}
