package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.Outcome;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that gets more or fewer workers, or other settings, while clients ask: every request is answered. */
@ExtendWith(LabExtension.class)
class ChangingServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String UPDATED = "web: updated process group\n";

    private RunningDaemon daemon;
    private Path dir;
    private int port;

    @BeforeEach
    void open(Lab lab) throws IOException {
        port = Servers.freePort();
        var builder = lab.daemon(Kind.CORRAL);
        dir = builder.dir();
        Files.copy(Servers.resources().resolve("echo_app.py"), dir.resolve("echo_app.py"));
        daemon = builder.programs(server("workers=1")).start();
        daemon.awaitState("web:front", "RUNNING");
        daemon.awaitState("web:worker-0", "RUNNING");
    }

    @AfterEach
    void close() {
        daemon.close();
    }

    private String server(String lines) {
        return """
                [server:web]
                app=echo_app:app
                directory=%s
                python=/usr/bin/python3
                bind=127.0.0.1:%d
                %s
                """.formatted(dir, port, lines);
    }

    private void run(String expected, String... arguments) {
        assertThat(daemon.ctl(arguments)).satisfies(outcome -> {
            assertThat(outcome.out()).isEqualTo(expected);
            assertThat(outcome.exit()).isZero();
        });
    }

    private List<String> rows() {
        return daemon.ctl("status")
                .out()
                .lines()
                .map(line -> line.split("\\s+", 3))
                .map(words -> words[0] + " " + words[1])
                .toList();
    }

    private void awaitWorkers(int number) {
        daemon.until(
                number + " workers",
                () -> rows().size() == 1 + number && rows().stream().allMatch(row -> row.endsWith(" RUNNING")));
    }

    private Response ask() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send("GET /?x HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            return wire.read(List.of(), 1, LIMIT).get(0);
        }
    }

    private static void assertNoFailure(Clients clients) {
        clients.end();
        assertThat(clients.failures()).isEmpty();
    }

    @Test
    void workersComeAndGoAndNoRequestFails() throws IOException {
        try (Clients clients = new Clients(port, 6)) {
            clients.awaitMore(50);
            run("web: scaled to 3\n", "scale", "web", "3");
            assertThat(rows())
                    .containsExactly(
                            "web:front RUNNING",
                            "web:worker-0 RUNNING",
                            "web:worker-1 RUNNING",
                            "web:worker-2 RUNNING");
            assertThat(daemon.ctl("avail").out()).contains("web:worker-2");
            clients.awaitMore(100);
            run("web: scaled to 0\n", "scale", "web", "0");
            assertThat(rows()).containsExactly("web:front RUNNING");
            run("web: scaled to 2\n", "scale", "web:*", "2");
            clients.awaitMore(100);
            assertNoFailure(clients);
        }
        assertThat(daemon.ctl("reread").out()).isEqualTo("No config updates to processes\n");
        assertThat(daemon.ctl("reload").exit()).isZero();
        daemon.awaitState("web:worker-1", "RUNNING");
        daemon.configure(server("workers=1\ntimeout=20"));
        run(UPDATED, "update");
        assertThat(rows()).hasSize(3);
        daemon.configure(server("workers=4\ntimeout=20"));
        run(UPDATED, "update");
        assertThat(rows()).hasSize(5);
        Outcome wrong = daemon.ctl("scale", "web", "2000");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).isEqualTo("web: ERROR (2000 processes; allowed: 0-1000)\n");
    }

    @Test
    void withoutWorkersRequestsWaitAndThenGet503() throws IOException {
        daemon.configure(server("queue_timeout=1"));
        run(UPDATED, "update");
        run("web: scaled to 0\n", "scale", "web", "0");
        assertThat(ask().status()).isEqualTo(503);
    }

    @Test
    void otherSettingsAreAppliedWithoutAGap() {
        long front = daemon.pid("web:front");
        long worker = daemon.pid("web:worker-0");
        try (Clients clients = new Clients(port, 6)) {
            clients.awaitMore(50);
            daemon.configure(server("workers=2"));
            run(UPDATED, "update");
            assertThat(daemon.pid("web:worker-0")).isEqualTo(worker);
            daemon.configure(server("workers=2\ntimeout=9\nenvironment=A=1"));
            run(UPDATED, "update");
            assertThat(daemon.pid("web:worker-0")).isNotEqualTo(worker);
            clients.awaitMore(50);
            daemon.configure(server("workers=1\ntimeout=9\nenvironment=A=1\nserver_header=false"));
            run(UPDATED, "update");
            clients.awaitMore(50);
            assertThat(daemon.pid("web:front")).isNotEqualTo(front);
            assertThat(rows()).containsExactly("web:front RUNNING", "web:worker-0 RUNNING");
            assertNoFailure(clients);
        }
        assertThat(daemon.ctl("update").out()).isEmpty();
    }

    @Test
    void settingsThatDoNotWorkStayOutAndAreTriedAgain() throws IOException {
        long worker = daemon.pid("web:worker-0");
        try (Clients clients = new Clients(port, 4)) {
            clients.awaitMore(50);
            daemon.configure(server("app=no_such_app:app"));
            Outcome failed = daemon.ctl("update");
            assertThat(failed.exit()).as("%s", failed).isEqualTo(1);
            assertThat(failed.out()).isEmpty();
            assertThat(failed.err())
                    .startsWith("web: ERROR (")
                    .contains("web:worker-0")
                    .contains("[ERROR] Error loading ASGI app. Could not import module \"no_such_app\".");
            assertThat(daemon.pid("web:worker-0")).isEqualTo(worker);
            assertThat(daemon.ctl("reread").out()).isEqualTo("web: changed\n");
            clients.awaitMore(50);
            Files.copy(dir.resolve("echo_app.py"), dir.resolve("no_such_app.py"));
            run(UPDATED, "update");
            clients.awaitMore(50);
            assertNoFailure(clients);
        }
    }

    @Test
    void theRealSupervisorctlUpdatesByAStopAndAStart() throws IOException {
        daemon.configure(server("workers=2\ntimeout=9"));
        Outcome updated = daemon.ctl(Kind.SUPERVISOR, List.of("update"));
        assertThat(updated.out()).isEqualTo("web: stopped\n" + UPDATED);
        assertThat(updated.exit()).isZero();
        daemon.awaitState("web:worker-1", "RUNNING");
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void aPriorityTakesARestart() {
        daemon.configure(server("priority=5"));
        run("web: stopped\n" + UPDATED, "update");
        daemon.awaitState("web:worker-0", "RUNNING");
    }

    @Test
    void theNumberFollowsTheLoadBetweenItsLimits() {
        daemon.configure(server("workers_min=1\nworkers_max=2"));
        run(UPDATED, "update");
        try (Clients clients = new Clients(port, 8)) {
            awaitWorkers(2);
            clients.awaitMore(100);
            assertNoFailure(clients);
        }
        assertThat(daemon.log()).containsPattern("'web' goes from 1 to 2 workers: .* places in use");
    }

    @Test
    void theTerminalsSignalsScaleTheOnlyServerOfADaemon() {
        daemon.signal("TTIN", daemon.pid());
        awaitWorkers(2);
        daemon.signal("TTOU", daemon.pid());
        awaitWorkers(1);
    }
}
