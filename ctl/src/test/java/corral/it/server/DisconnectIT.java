package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an app notices of a client that leaves, and what goes on without one (ASGI HTTP 2.5; server spec 3.6, 3.12). */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisconnectIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Servers servers;

    @BeforeAll
    void open(Lab lab) {
        servers = new Servers(lab);
    }

    @AfterAll
    void close() {
        servers.close();
    }

    private RunningServer server(ServerKind kind) {
        RunningServer server = servers.shared(ServerSpec.of(kind, "live_app:app"));
        server.awaitAnswer();
        return server;
    }

    private static Wire ask(RunningServer server, String target) throws IOException {
        Wire wire = new Wire(server.port());
        wire.send("GET " + target + " HTTP/1.1\r\nHost: it\r\n\r\n");
        return wire;
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "H11"})
    void eachEventIsSeenAsItIsSent(ServerKind kind) throws IOException {
        RunningServer server = server(kind);
        try (Wire wire = ask(server, "/events/e")) {
            for (int i = 0; i < 3; i++) {
                String event = "data: " + i + "\n\n";
                Servers.until(event, () -> {
                    wire.read(List.of(), 1, Duration.ofMillis(20));
                    return wire.received().contains(event);
                });
                assertThat(wire.received()).doesNotContain("data: " + (i + 1));
                Http.get(server, "/poke/e" + i);
            }
            assertThat(wire.read(List.of(), 1, LIMIT)).singleElement().matches(Response::complete);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "H11"})
    void backgroundTasksRunAfterTheResponseAndHoldUpNobody(ServerKind kind) throws IOException {
        RunningServer server = server(kind);
        try (Wire wire = ask(server, "/background/b")) {
            assertThat(wire.read(List.of(), 1, LIMIT)).singleElement().matches(Response::complete);
            assertThat(Http.get(server, "/notes/b").body()).isEmpty();
        }
        Http.get(server, "/poke/b");
        Http.awaitBody(server, "/notes/b", "done");
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "H11"})
    void isDisconnectedTellsThatTheClientLeft(ServerKind kind) throws IOException {
        RunningServer server = server(kind);
        try (Wire wire = ask(server, "/watch/w")) {
            Http.awaitBody(server, "/notes/w", "started");
            wire.reset();
        }
        Http.awaitBody(server, "/notes/w", "started,disconnected");
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "H11"})
    void anAppIsNotCancelledWhenItsClientLeaves(ServerKind kind) throws IOException {
        RunningServer server = server(kind);
        try (Wire wire = ask(server, "/finish/f")) {
            Http.awaitBody(server, "/notes/f", "started");
            wire.reset();
        }
        Http.get(server, "/poke/f");
        Http.awaitBody(server, "/notes/f", "started,finished");
    }

    @ParameterizedTest
    @EnumSource(names = {"CORRAL", "H11"})
    void aStreamEndsWhenItsClientLeaves(ServerKind kind) throws IOException {
        RunningServer server = server(kind);
        try (Wire wire = ask(server, "/endless/n")) {
            wire.read(List.of(), 1, Duration.ofMillis(200));
            assertThat(wire.received()).contains("200 OK");
        }
        Http.awaitBody(server, "/notes/n", "ended");
    }

    @Test
    void receiveTellsOfTheDisconnectForEver() throws IOException {
        RunningServer server = server(ServerKind.CORRAL);
        try (Wire wire = ask(server, "/wait/r")) {
            Http.awaitBody(server, "/notes/r", "http.request");
            wire.reset();
        }
        Http.awaitBody(server, "/notes/r", "http.request,http.disconnect,again");
    }

    @Test
    void aClientThatLeavesDuringItsUploadIsNoticed() throws IOException {
        RunningServer server = server(ServerKind.CORRAL);
        try (Wire wire = new Wire(server.port())) {
            wire.send("POST /wait/u HTTP/1.1\r\nHost: it\r\nContent-Length: 100\r\n\r\nhello");
            Http.awaitBody(server, "/notes/u", "http.request+");
        }
        Http.awaitBody(server, "/notes/u", "http.request+,http.disconnect,again");
    }

    @Test
    void sendRaisesOsErrorAfterTheDisconnectAndNothingIsLogged() throws IOException {
        RunningServer server = server(ServerKind.CORRAL);
        try (Wire wire = ask(server, "/send-on/s")) {
            Http.awaitBody(server, "/notes/s", "started");
            wire.reset();
        }
        Http.awaitBody(server, "/notes/s", "started,OSError");
        assertThat(server.text("worker-0.log")).doesNotContain("Exception in ASGI application");
    }

    @Test
    void aCancelledReceiveLosesNothing() throws IOException {
        RunningServer server = server(ServerKind.CORRAL);
        try (Wire wire = new Wire(server.port())) {
            wire.send("POST /cancelled-receive/c HTTP/1.1\r\nHost: it\r\nContent-Length: 5\r\n\r\n");
            Http.awaitBody(server, "/notes/c", "timeout,timeout");
            wire.send("hello");
            assertThat(wire.read(List.of(), 1, LIMIT))
                    .singleElement()
                    .satisfies(response -> assertThat(response.body()).isEqualTo("hello"));
        }
    }

    @Test
    void aClientThatLeavesBetweenRequestsHarmsNobody() throws IOException {
        RunningServer server = server(ServerKind.CORRAL);
        for (int i = 0; i < 50; i++) {
            try (Wire wire = ask(server, "/probe")) {
                if (i % 2 == 0) {
                    wire.reset();
                }
            }
        }
        assertThat(Http.get(server, "/probe").body()).isEqualTo("probe");
    }
}
