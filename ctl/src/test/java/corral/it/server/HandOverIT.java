package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One front after the other on the same sockets, while clients go on asking; the test does what the daemon does else. */
@ExtendWith(LabExtension.class)
class HandOverIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ServerSpec SPEC = ServerSpec.of(ServerKind.CORRAL, "echo_app:app")
            .workers(2)
            .with("--keepalive=20", "--graceful-timeout=6", "--event-loops=2", "--queue-timeout=20");

    private Lab lab;
    private RunningServer server;
    private int launched;

    @BeforeEach
    void open(Lab given) throws IOException {
        lab = given;
        Path dir = lab.folder();
        int port = Servers.freePort();
        Path done = dir.resolve("done");
        server = new RunningServer(lab, SPEC.env("DONE", done.toString()), dir, port);
        List<String> command = new ArrayList<>(List.of(
                Distribution.python().toString(),
                Servers.resources().resolve("hold.py").toString(),
                Integer.toString(port),
                dir.resolve("w.sock").toString(),
                Distribution.home().resolve("bin/corral-server").toString(),
                "--bind=fd://3",
                "--worker-socket=fd://4"));
        command.addAll(Settings.ofFront(SPEC.options()));
        server.adopt("server", lab.start(dir, command, dir.resolve("server.log"), dir.resolve("server.log")));
        server.startWorker(0);
        server.startWorker(1);
        awaitFront();
        Servers.until("both workers", () -> workersThatAnswer() == 2);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private long workersThatAnswer() throws IOException {
        List<String> pids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pids.add(Http.get(server, "/pid").body());
        }
        return pids.stream().filter(pid -> !pid.isEmpty()).distinct().count();
    }

    private void awaitFront() {
        String log = "front-" + launched + ".log";
        launched++;
        Servers.until("a front", () -> server.text(log).contains("Listening at"));
    }

    private ProcessHandle front() throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(server.dir().resolve("front.pid"))))
                .orElseThrow();
    }

    /** Starts a successor and tells the old one to leave; returns that. */
    private ProcessHandle handOver() throws IOException {
        ProcessHandle old = front();
        server.signal("USR1", server.front().pid());
        awaitFront();
        server.signal("USR2", old.pid());
        return old;
    }

    private static void awaitEnd(ProcessHandle process) {
        Servers.until("the end of " + process.pid(), () -> !process.isAlive());
    }

    @Test
    void noRequestIsLostWhenFrontsAreReplacedUnderLoad() throws Exception {
        try (Clients clients = new Clients(server.port(), 12)) {
            clients.awaitMore(100);
            for (int i = 0; i < 3; i++) {
                ProcessHandle old = handOver();
                awaitEnd(old);
                clients.awaitMore(100);
            }
            clients.end();
            assertThat(clients.failures()).as(server::story).isEmpty();
        }
        assertThat(Clients.doneTwice(server.dir().resolve("done"))).isEmpty();
        assertThat(server.worker(0).isAlive() && server.worker(1).isAlive()).isTrue();
    }

    @Test
    void noRequestIsLostWhenWorkersAndFrontAreReplacedAtOnce() throws Exception {
        try (Clients clients = new Clients(server.port(), 12)) {
            clients.awaitMore(100);
            ProcessHandle old = handOver();
            for (int i = 0; i < 2; i++) {
                Process before = server.worker(i);
                server.startWorker(i);
                String log = "worker-" + i + ".log";
                Servers.until("a successor", () -> server.text(log).split("startup complete", -1).length == 3);
                before.destroy();
                assertThat(before.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(before.exitValue()).isZero();
            }
            awaitEnd(old);
            clients.awaitMore(100);
            clients.end();
            assertThat(clients.failures()).as(server::story).isEmpty();
        }
        assertThat(Clients.doneTwice(server.dir().resolve("done"))).isEmpty();
    }

    @Test
    void anIdleClientKeepsItsConnectionForOneMoreRequest() throws Exception {
        try (Wire idle = new Wire(server.port());
                Wire fresh = new Wire(server.port())) {
            idle.send("GET /?one HTTP/1.1\r\nHost: it\r\n\r\n");
            assertThat(idle.read(List.of(), 1, LIMIT)).hasSize(1);
            handOver();
            TimeUnit.MILLISECONDS.sleep(600);
            idle.send("GET /?two HTTP/1.1\r\nHost: it\r\n\r\n");
            fresh.send("GET /?three HTTP/1.1\r\nHost: it\r\n\r\n");
            Response last = idle.read(List.of(), 2, LIMIT).get(1);
            assertThat(last.body()).isEqualTo("GET two ");
            assertThat(last.header("connection")).isEqualTo("close");
            assertThat(idle.awaitEnd(LIMIT)).isEqualTo(Wire.Side.ENDED);
            assertThat(fresh.read(List.of(), 1, LIMIT).get(0).body()).isEqualTo("GET three ");
        }
    }

    @Test
    void whatRunsIsFinishedAndTheOldFrontLeavesWithIt() throws Exception {
        try (Wire slow = new Wire(server.port())) {
            slow.send("GET /slow?2 HTTP/1.1\r\nHost: it\r\n\r\n");
            slow.read(List.of(), 1, Duration.ofMillis(300));
            ProcessHandle old = handOver();
            assertThat(slow.read(List.of(), 1, LIMIT).get(0).body()).isEqualTo("GET 2 ");
            awaitEnd(old);
        }
        assertThat(Http.get(server, "/?after").body()).isEqualTo("GET after ");
    }

    @Test
    void aFrontThatIsKilledIsReplacedAndTheQueueHoldsWhoComes() throws Exception {
        ProcessHandle old = front();
        server.signal("KILL", old.pid());
        awaitEnd(old);
        try (Wire waiting = new Wire(server.port())) {
            waiting.send("GET /?waiting HTTP/1.1\r\nHost: it\r\n\r\n");
            server.signal("USR1", server.front().pid());
            assertThat(waiting.read(List.of(), 1, LIMIT).get(0).body()).isEqualTo("GET waiting ");
        }
        assertThat(server.worker(0).isAlive() && server.worker(1).isAlive()).isTrue();
    }
}
