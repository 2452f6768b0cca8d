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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers and front give way to successors while clients ask: every request is answered. */
@ExtendWith(LabExtension.class)
class RollingServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CLIENTS = 3;
    /** Requests on one connection. */
    private static final int KEPT = 50;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread[] clients = new Thread[CLIENTS];
    private RunningDaemon daemon;
    private Path dir;
    private int port;
    private volatile boolean over;

    @BeforeEach
    void open(Lab lab) throws IOException {
        port = Servers.freePort();
        var builder = lab.daemon(Kind.CORRAL);
        dir = builder.dir();
        Files.copy(Servers.resources().resolve("rolling_app.py"), dir.resolve("rolling_app.py"));
        version("1");
        daemon = builder.programs("""
                        [server:web]
                        app=rolling_app:app
                        directory=%s
                        python=/usr/bin/python3
                        environment=PYTHONDONTWRITEBYTECODE="1"
                        workers=2
                        bind=127.0.0.1:%d
                        """.formatted(dir, port)).start();
        List.of("web:front", "web:worker-0", "web:worker-1").forEach(name -> daemon.awaitState(name, "RUNNING"));
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = new Thread(this::ask, "client " + i);
            clients[i].start();
        }
        awaitAnswers(100);
    }

    @AfterEach
    void close() throws InterruptedException {
        over = true;
        for (Thread client : clients) {
            client.join();
        }
        daemon.close();
    }

    private void version(String text) throws IOException {
        Files.writeString(dir.resolve("version"), text);
    }

    private void ask() {
        while (!over) {
            try (Wire wire = new Wire(port)) {
                int asked = 0;
                boolean kept = true;
                while (kept && !over && asked < KEPT) {
                    wire.send("GET / HTTP/1.1\r\nHost: it\r\n\r\n");
                    asked++;
                    kept = isKept(wire.read(List.of(), asked, LIMIT), asked);
                }
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }

    /** Notes what came; whether the connection may be used again. */
    private boolean isKept(List<Response> responses, int asked) {
        Response last = responses.size() == asked ? responses.get(asked - 1) : null;
        if (last == null || !last.complete() || last.status() != 200) {
            failures.add("request " + asked + " of a connection: " + last);
            return false;
        }
        answers.incrementAndGet();
        return !"close".equalsIgnoreCase(last.header("connection"));
    }

    private void awaitAnswers(int more) {
        int now = answers.get();
        daemon.until(more + " more answers", () -> answers.get() >= now + more || !failures.isEmpty());
        assertThat(failures).isEmpty();
    }

    private String body() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send("GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            return wire.read(List.of(), 1, LIMIT).get(0).body();
        }
    }

    @Test
    void newCodeIsThereAfterAReloadAndNoRequestFails() throws IOException {
        version("2");
        assertThat(daemon.ctl("reload", "web")).matches(outcome -> outcome.exit() == 0);
        awaitAnswers(100);
        assertThat(body()).startsWith("2 ");
        assertThat(daemon.ctl("reload", "web").exit()).isZero();
        awaitAnswers(100);
    }

    @Test
    void brokenCodeStaysOutAndItsTracebackIsTold() throws IOException {
        long worker = daemon.pid("web:worker-0");
        version("broken");
        Outcome outcome = daemon.ctl("reload", "web");
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.toString()).contains("web:worker-0").contains("RuntimeError: the version is broken");
        assertThat(daemon.pid("web:worker-0")).isEqualTo(worker);
        awaitAnswers(100);
        assertThat(body()).startsWith("1 ");
    }

    @Test
    void aNewFrontTakesOverOnTheSameAddressAndNoRequestFails() {
        long worker = daemon.pid("web:worker-0");
        long front = daemon.pid("web:front");
        for (int i = 0; i < 3; i++) {
            assertThat(daemon.ctl("upgrade", "web")).matches(outcome -> outcome.exit() == 0);
            awaitAnswers(100);
        }
        assertThat(daemon.pid("web:front")).isNotEqualTo(front);
        assertThat(daemon.pid("web:worker-0")).isEqualTo(worker);
        daemon.until("the old fronts' end", () -> ProcessHandle.of(front).isEmpty());
    }

    @Test
    void theDaemonItselfIsReplacedAndNoRequestFails() {
        List<String> names = List.of("web:front", "web:worker-0", "web:worker-1");
        List<Long> before = names.stream().map(daemon::pid).toList();
        for (int i = 0; i < 3; i++) {
            assertThat(daemon.ctl("upgrade")).matches(outcome -> outcome.exit() == 0);
            awaitAnswers(100);
        }
        assertThat(names.stream().map(daemon::pid).toList()).isEqualTo(before);
        // It has the sockets, and can give them to others.
        assertThat(daemon.ctl("upgrade", "web")).matches(outcome -> outcome.exit() == 0);
        awaitAnswers(100);
        assertThat(daemon.ctl("reload", "web")).matches(outcome -> outcome.exit() == 0);
        awaitAnswers(100);
        assertThat(names.stream().map(daemon::pid).toList()).doesNotContainAnyElementsOf(before);
    }

    @Test
    void frontAndWorkersGiveWayOneAfterAnotherWhenBothAreAskedFor() throws InterruptedException {
        Thread upgrade = new Thread(() -> daemon.ctl("upgrade", "web"));
        upgrade.start();
        assertThat(daemon.ctl("reload", "web").exit()).isZero();
        upgrade.join();
        awaitAnswers(100);
        assertThat(daemon.state("web:front")).isEqualTo("RUNNING");
    }
}
