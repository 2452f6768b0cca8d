package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers that are killed, frozen or replaced while they have requests. */
@ExtendWith(LabExtension.class)
class WorkerLossIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Servers servers;
    private RunningServer server;
    private Path done;

    @BeforeEach
    void open(Lab lab) throws IOException {
        servers = new Servers(lab);
        done = lab.folder().resolve("done");
        server = servers.start(ServerSpec.of(ServerKind.CORRAL, "echo_app:app")
                .workers(2)
                .with("--event-loops=2", "--queue-timeout=20", "--graceful-timeout=10")
                .env("DONE", done.toString()));
        Servers.until("both workers", () -> Http.get(server, "/pid").status() == 200 && used(0) && used(1));
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private boolean used(int worker) throws IOException {
        String pid = Long.toString(server.worker(worker).pid());
        for (int i = 0; i < 20; i++) {
            if (Http.get(server, "/pid").body().equals(pid)) {
                return true;
            }
        }
        return false;
    }

    /** A frozen worker reads nothing: whatever is sent to it can go elsewhere when it dies. */
    @Test
    void whatAFrozenWorkerNeverReadGoesElsewhereWhenItDies() throws Exception {
        server.signal("STOP", server.worker(0).pid());
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Wire wire = new Wire(server.port());
                wires.add(wire);
                wire.send("POST /?p" + i + " HTTP/1.1\r\nHost: it\r\nX-Request-ID: ask-" + i
                        + "\r\nContent-Length: 4\r\n\r\nno-" + i);
            }
            Servers.until("the other worker's answers", () -> answered(wires) >= 3);
            assertThat(answered(wires)).isBetween(3, 7);
            server.signal("KILL", server.worker(0).pid());
            for (int i = 0; i < wires.size(); i++) {
                Response response = wires.get(i).read(List.of(), 1, LIMIT).get(0);
                assertThat(response.body()).isEqualTo("POST p" + i + " no-" + i);
            }
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
        assertThat(Clients.doneTwice(done)).isEmpty();
        assertThat(server.text("server.log"))
                .containsPattern("while it had POST /, [0-9]+ ms old, request ask-[0-9]; another worker gets it");
    }

    /** How many of them have an answer by now. */
    private static int answered(List<Wire> wires) throws IOException {
        int answered = 0;
        for (Wire wire : wires) {
            answered += wire.read(List.of(), 1, Duration.ofMillis(20)).size();
        }
        return answered;
    }

    @Test
    void killedWorkersCostNoIdempotentRequestAndNoPostIsDoneTwice() throws Exception {
        try (Clients clients = new Clients(server.port(), 8)) {
            for (int i = 0; i < 4; i++) {
                clients.awaitMore(50);
                Process victim = server.worker(i % 2);
                victim.destroyForcibly();
                victim.waitFor();
                server.startWorker(i % 2);
                Servers.until("the successor", () -> used(0) && used(1));
            }
            clients.end();
            assertThat(clients.failures()).allMatch(failure -> failure.startsWith("POST") && failure.contains(" 502 "));
        }
        assertThat(Clients.doneTwice(done)).isEmpty();
    }

    @Test
    void replacedWorkersCostNothing() throws Exception {
        try (Clients clients = new Clients(server.port(), 8)) {
            for (int i = 0; i < 6; i++) {
                clients.awaitMore(50);
                Process old = server.worker(i % 2);
                server.startWorker(i % 2);
                old.destroy();
                assertThat(old.waitFor()).isZero();
                Servers.until("the successor", () -> used(0) && used(1));
            }
            clients.end();
            assertThat(clients.failures()).isEmpty();
        }
        assertThat(Clients.doneTwice(done)).isEmpty();
    }

    @Test
    void atMostTwentyRequestsOfAWorkerAreNamed() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Wire wire = new Wire(server.port());
                wires.add(wire);
                wire.send("GET /slow?3 HTTP/1.1\r\nHost: it\r\n\r\n");
            }
            wires.get(0).read(List.of(), 1, Duration.ofSeconds(1));
            server.signal("KILL", server.worker(0).pid());
            for (Wire wire : wires) {
                assertThat(wire.read(List.of(), 1, LIMIT).get(0).status()).isEqualTo(200);
            }
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
        String log = server.text("server.log");
        assertThat(log.lines().filter(line -> line.contains("while it had"))).hasSize(20);
        assertThat(log).containsPattern("had [0-9]+ more");
    }
}
