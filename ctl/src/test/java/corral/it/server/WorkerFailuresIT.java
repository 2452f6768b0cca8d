package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Workers that die, block, or send what they should not: the front survives, the client gets a clear answer, everyone else is served. Here the
 * test starts the successors; that the daemon does is tested with it.
 */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerFailuresIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String POST = "POST %s HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\n\r\n";

    private Servers servers;
    private RunningServer server;

    @BeforeAll
    void open(Lab lab) {
        servers = new Servers(lab);
        server = servers.start(
                ServerSpec.of(ServerKind.CORRAL, "failing_app:app").workers(2).with("--queue-timeout=20"));
        awaitBothWorkers();
    }

    @AfterAll
    void close() {
        servers.close();
    }

    /** Both answer, which shows that both are connected. */
    private void awaitBothWorkers() {
        Servers.until("both workers to be used", () -> {
            long first = server.worker(0).pid();
            long second = server.worker(1).pid();
            return isUsed(first) && isUsed(second);
        });
    }

    private boolean isUsed(long pid) throws IOException {
        for (int i = 0; i < 20; i++) {
            if (Http.get(server, "/pid").body().equals(Long.toString(pid))) {
                return true;
            }
        }
        return false;
    }

    private void replaceDead() throws IOException {
        for (int i = 0; i < 2; i++) {
            if (!server.worker(i).isAlive()) {
                server.startWorker(i);
            }
        }
        awaitBothWorkers();
        assertThat(server.front().isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/segfault", "/exit"})
    void aWorkerThatDiesIsBadGatewayAndTheConnectionGoesOn(String target) throws Exception {
        try (Wire wire = new Wire(server.port())) {
            wire.send(POST.formatted(target));
            Response response = only(wire.read(List.of(), 1, LIMIT));
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.complete()).isTrue();
        }
        assertThat(Http.get(server, "/probe").status()).isEqualTo(200);
        Servers.until(
                "one worker to be dead",
                () -> !server.worker(0).isAlive() || !server.worker(1).isAlive());
        replaceDead();
    }

    @Test
    void aResponseThatHadBegunIsCut() throws Exception {
        Response response = Http.request(server, "POST", "/half-exit");
        assertThat(response.status()).isIn(200, 502);
        assertThat(response.complete()).isEqualTo(response.status() == 502);
        Servers.until(
                "one worker to be dead",
                () -> !server.worker(0).isAlive() || !server.worker(1).isAlive());
        replaceDead();
    }

    @Test
    void aBlockedWorkerHoldsUpNobodyElse(@TempDir Path folder) throws Exception {
        Path end = folder.resolve("end");
        try (Wire blocked = new Wire(server.port())) {
            blocked.send(POST.formatted("/block-until?" + end));
            for (int i = 0; i < 20; i++) {
                assertThat(Http.get(server, "/probe").status()).isEqualTo(200);
            }
            Files.createFile(end);
            assertThat(only(blocked.read(List.of(), 1, LIMIT)).status()).isEqualTo(200);
        }
        awaitBothWorkers();
    }

    @Test
    void aStoppedWorkerHoldsUpNobodyElse() throws Exception {
        long pid = server.worker(0).pid();
        server.signal("STOP", pid);
        try {
            int answered = 0;
            for (int i = 0; i < 20; i++) {
                try (Wire wire = new Wire(server.port())) {
                    wire.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
                    answered += wire.read(List.of(), 1, Duration.ofSeconds(3)).isEmpty() ? 0 : 1;
                }
            }
            assertThat(answered).isGreaterThanOrEqualTo(18);
        } finally {
            server.signal("CONT", pid);
        }
        awaitBothWorkers();
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "huge", "zeros", "type"})
    void garbageFromAWorkerEndsItsConnectionOnly(String kind) throws Exception {
        Response response = Http.request(server, "POST", "/garbage?" + kind);
        assertThat(response.status()).isIn(0, 200, 502);
        for (int i = 0; i < 10; i++) {
            assertThat(Http.get(server, "/probe").status()).isEqualTo(200);
        }
        replaceDead();
    }

    @Test
    void aWorkerThatLosesItsConnectionsComesBack() throws Exception {
        long pid = server.worker(0).pid();
        assertThat(Http.request(server, "POST", "/close-links").status()).isIn(0, 200, 502);
        replaceDead();
        assertThat(server.worker(0).pid()).isEqualTo(pid);
    }

    @Test
    void aFloodOfOutputIsNoMatter() throws Exception {
        assertThat(Http.request(server, "POST", "/flood").status()).isEqualTo(200);
        assertThat(Http.get(server, "/probe").status()).isEqualTo(200);
    }

    @Test
    void killedWorkersCostTheirOwnRequestsOnly() throws Exception {
        try (Wire idle = new Wire(server.port())) {
            idle.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
            assertThat(only(idle.read(List.of(), 1, LIMIT)).status()).isEqualTo(200);
            server.signal("KILL", server.worker(0).pid());
            server.worker(0).waitFor(10, TimeUnit.SECONDS);
            for (int i = 0; i < 10; i++) {
                assertThat(Http.get(server, "/probe").status()).isEqualTo(200);
            }
            idle.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
            assertThat(idle.read(List.of(), 2, LIMIT)).hasSize(2).allMatch(response -> response.status() == 200);
        }
        replaceDead();
    }

    @Test
    void withoutAWorkerRequestsWaitUntilOneIsThere() throws Exception {
        for (int i = 0; i < 2; i++) {
            server.signal("KILL", server.worker(i).pid());
            server.worker(i).waitFor(10, TimeUnit.SECONDS);
        }
        try (Wire wire = new Wire(server.port())) {
            wire.send("GET /probe HTTP/1.1\r\nHost: it\r\n\r\n");
            assertThat(wire.read(List.of(), 1, Duration.ofMillis(500))).isEmpty();
            server.startWorker(0);
            assertThat(only(wire.read(List.of(), 1, LIMIT)).status()).isEqualTo(200);
        }
        replaceDead();
    }

    @Test
    void theQueueEndsInServiceUnavailable() throws Exception {
        RunningServer alone = servers.launch(
                ServerSpec.of(ServerKind.CORRAL, "failing_app:app").workers(0).with("--queue=1", "--queue-timeout=5"));
        Servers.until(
                "the front to listen",
                () -> alone.text("server.log").contains("Listening at")
                        || Http.get(alone, "/probe").status() != 0);
        try (Wire waiting = new Wire(alone.port());
                Wire refused = new Wire(alone.port())) {
            String request = "GET /probe HTTP/1.1\r\nHost: it\r\n\r\n";
            waiting.send(request);
            assertThat(waiting.read(List.of(), 1, Duration.ofSeconds(1))).isEmpty();
            refused.send(request);
            Response full = only(refused.read(List.of(), 1, LIMIT));
            assertThat(waiting.read(List.of(), 1, Duration.ofMillis(1))).isEmpty();
            Response late = only(waiting.read(List.of(), 1, LIMIT));
            assertThat(List.of(full.status(), late.status())).containsExactly(503, 503);
            assertThat(full.header("retry-after")).matches("[0-9]+");
            assertThat(late.header("retry-after")).matches("[0-9]+");
        }
    }

    @Test
    void aRequestThatTakesTooLongIsGatewayTimeout() throws Exception {
        RunningServer slow = servers.start(
                ServerSpec.of(ServerKind.CORRAL, "failing_app:app").with("--request-timeout=1"));
        Response response = Http.request(slow, "POST", "/block?3");
        assertThat(response.status()).isEqualTo(504);
    }

    @ParameterizedTest
    @CsvSource({
        "broken_import:app, corral, 3, a_module_that_is_not_there",
        "not_there:app, corral, 3, not_there",
        "failing_app:missing, corral, 3, missing",
        "failing_app:missing, gunicorn, 4, missing",
        "broken_lifespan:app, corral, 3, the database is down",
    })
    void anAppThatCannotBeLoadedEndsItsWorkerWithAReason(String app, String personality, int exit, String reason)
            throws Exception {
        RunningServer broken =
                servers.launch(ServerSpec.of(ServerKind.CORRAL, app).with("--personality=" + personality));
        assertThat(broken.worker(0).waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(broken.worker(0).exitValue()).isEqualTo(exit);
        assertThat(broken.text("worker-0.log")).contains(reason);
        assertThat(broken.front().isAlive()).isTrue();
    }

    private static Response only(List<Response> responses) {
        assertThat(responses).hasSize(1);
        return responses.get(0);
    }
}
