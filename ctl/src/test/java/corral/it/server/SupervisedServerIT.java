package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code [server:x]} under the daemon: what dies or hangs is replaced, what cannot start says why in {@code status}. */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SupervisedServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> WORKERS = List.of("web:worker-0", "web:worker-1");

    private RunningDaemon daemon;
    private int port;

    @BeforeAll
    void open(Lab lab) throws IOException {
        port = Servers.freePort();
        String both = """
                directory=%1$s
                python=/usr/bin/python3
                environment=PYTHONDONTWRITEBYTECODE="1"
                """.formatted(Servers.resources());
        daemon = lab.daemon(Kind.CORRAL)
                .programs("""
                        [server:web]
                        app=failing_app:app
                        workers=2
                        timeout=2
                        bind=127.0.0.1:%1$d
                        %2$s
                        [server:import]
                        app=broken_import:app
                        bind=127.0.0.1:%3$d
                        %2$s
                        [server:lifespan]
                        app=broken_lifespan:app
                        bind=127.0.0.1:%4$d
                        %2$s
                        """.formatted(port, both, Servers.freePort(), Servers.freePort()))
                .start();
        WORKERS.forEach(name -> daemon.awaitState(name, "RUNNING"));
        daemon.awaitState("web:front", "RUNNING");
    }

    @AfterAll
    void close() {
        daemon.close();
    }

    private Response ask(String method, String target) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send(
                    method + " " + target + " HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            List<Response> responses = wire.read(List.of(method), 1, LIMIT);
            return responses.isEmpty()
                    ? new Response(0, "", "", Response.Framing.BODILESS, false)
                    : responses.get(responses.size() - 1);
        }
    }

    private List<Long> pids() {
        return WORKERS.stream().map(daemon::pid).toList();
    }

    /** Both workers run and answer, and one of them is new. */
    private void awaitSuccessor(List<Long> before) {
        daemon.until("a successor of one of " + before, () -> {
            List<Long> now = pids();
            return !now.equals(before) && now.stream().allMatch(this::answers);
        });
    }

    private boolean answers(long pid) {
        try {
            for (int i = 0; i < 20; i++) {
                if (ask("GET", "/pid").body().equals(Long.toString(pid))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void statusShowsFrontAndWorkersAsAGroup() {
        assertThat(daemon.ctl("status", "web:*").out())
                .containsPattern("web:front +RUNNING")
                .containsPattern("web:worker-0 +RUNNING")
                .containsPattern("web:worker-1 +RUNNING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/segfault", "/exit"})
    void aWorkerThatDiesIsReplaced(String target) throws IOException {
        List<Long> before = pids();
        assertThat(ask("POST", target).status()).isEqualTo(502);
        assertThat(ask("GET", "/probe").status()).isEqualTo(200);
        awaitSuccessor(before);
    }

    @Test
    void aWorkerWhoseLoopIsBlockedIsReplacedAndItsClientIsTold() throws IOException {
        List<Long> before = pids();
        Response response = ask("POST", "/block?60");
        assertThat(response.status()).isIn(502, 503, 504);
        awaitSuccessor(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "huge", "zeros", "type"})
    void garbageFromAWorkerHarmsNobodyElse(String kind) throws IOException {
        long front = daemon.pid("web:front");
        ask("POST", "/garbage?" + kind);
        for (int i = 0; i < 5; i++) {
            assertThat(ask("GET", "/probe").status()).isEqualTo(200);
        }
        assertThat(daemon.pid("web:front")).isEqualTo(front);
        daemon.until("both workers", () -> pids().stream().allMatch(this::answers));
    }

    @Test
    void aFloodOfOutputIsNoMatter() throws IOException {
        List<Long> before = pids();
        assertThat(ask("POST", "/flood").status()).isEqualTo(200);
        assertThat(ask("GET", "/probe").status()).isEqualTo(200);
        assertThat(pids()).isEqualTo(before);
    }

    @Test
    void theFrontIsReplacedAndTheWorkersStay() {
        long front = daemon.pid("web:front");
        List<Long> workers = pids();
        daemon.signal("KILL", front);
        daemon.until("a new front", () -> daemon.pid("web:front") != front && daemon.pid("web:front") > 0);
        daemon.until("an answer", () -> workers.stream().allMatch(this::answers));
        assertThat(pids()).isEqualTo(workers);
    }

    @ParameterizedTest
    @CsvSource({
        "import, a_module_that_is_not_there",
        "lifespan, the database is down",
    })
    void whatCannotStartIsFatalAndStatusSaysWhy(String server, String reason) {
        daemon.awaitState(server + ":worker-0", "FATAL");
        assertThat(daemon.ctl("status", server + ":worker-0").out())
                .contains("FATAL")
                .contains(reason);
    }
}
