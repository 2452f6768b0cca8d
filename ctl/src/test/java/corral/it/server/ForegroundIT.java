package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code corral gunicorn} hears the signals that gunicorn hears; clients ask meanwhile, and every request is answered. */
@ExtendWith(LabExtension.class)
class ForegroundIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Lab lab;
    private Path project;
    private Process process;
    private int port;
    private Clients clients;

    ForegroundIT(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void start() throws IOException {
        project = lab.folder();
        Files.createDirectory(project.resolve("t"));
        Files.copy(Servers.resources().resolve("echo_app.py"), project.resolve("web.py"));
        port = Servers.freePort();
        settings("");
        Map<String, String> environment = new TreeMap<>(lab.environment());
        environment.put("TMPDIR", project.resolve("t").toString());
        environment.put("CORRAL_PYTHON", "/usr/bin/python3");
        environment.put("WANTED_WORKERS", "1");
        process = lab.start(
                project,
                List.of(Distribution.home().resolve("bin/corral").toString(), "gunicorn", "web:app"),
                project.resolve("out"),
                project.resolve("err"),
                environment);
        Servers.until("an answer", () -> answer().status() == 200);
        clients = new Clients(port, 4);
        clients.awaitMore(50);
    }

    @AfterEach
    void stop() throws Exception {
        clients.close();
        kill("TERM");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
        assertThat(clients.failures()).as(said()).isEmpty();
        assertThat(process.exitValue()).as(said()).isZero();
        assertThat(project.resolve("t")).isEmptyDirectory();
    }

    /** What gunicorn.conf.py says; where it was typed and what was in the environment counts each time. */
    private void settings(String further) throws IOException {
        Files.writeString(project.resolve("gunicorn.conf.py"), """
                import os
                bind = "127.0.0.1:%d"
                workers = int(os.environ["WANTED_WORKERS"])
                worker_class = "uvicorn.workers.UvicornWorker"
                accesslog = "access.log"
                chdir = os.getcwd()
                %s
                """.formatted(port, further));
    }

    private void kill(String signal) {
        lab.run(project, List.of("/bin/kill", "-" + signal, Long.toString(process.pid())));
    }

    private String said() throws IOException {
        return Files.readString(project.resolve("out")) + Files.readString(project.resolve("err"));
    }

    private Response answer() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send("GET /?x HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            return wire.read(List.of(), 1, LIMIT).get(0);
        }
    }

    private List<Long> processes(String part) {
        return ProcFs.children(process.pid()).stream()
                .filter(pid -> ProcFs.commandLine(pid).contains(part))
                .toList();
    }

    private List<Long> workers() {
        return processes("/lib/worker");
    }

    private List<Long> fronts() {
        return processes("corral-server.jar");
    }

    private void awaitOthers(List<Long> before) {
        Servers.until("other workers than " + before, () -> {
            List<Long> now = workers();
            return !now.isEmpty() && now.stream().noneMatch(before::contains);
        });
    }

    private void awaitSaid(String text) {
        Servers.until("'" + text + "'", () -> said().contains(text));
    }

    @Test
    void hangupBringsNewCodeAndNewSettings() throws IOException {
        List<Long> before = workers();
        List<Long> front = fronts();
        kill("HUP");
        awaitOthers(before);
        assertThat(fronts()).isEqualTo(front);
        clients.awaitMore(50);

        settings("workers = 2\nkeepalive = 9");
        kill("HUP");
        Servers.until("a new front", () -> fronts().size() == 1 && !fronts().equals(front));
        Servers.until("two workers", () -> workers().size() == 2);
        clients.awaitMore(50);
    }

    @Test
    void brokenSettingsStayOut() throws IOException {
        List<Long> before = workers();
        settings("timeout = (");
        kill("HUP");
        awaitSaid("Reload failed, what runs stays as it is: the configuration cannot be made anew");
        assertThat(said()).contains("SyntaxError");
        clients.awaitMore(50);
        assertThat(workers()).isEqualTo(before);
        settings("timeout = 40");
        kill("HUP");
        awaitOthers(before);
    }

    @Test
    void brokenCodeStaysOut() throws IOException {
        List<Long> before = workers();
        String good = Files.readString(project.resolve("web.py"));
        Files.writeString(project.resolve("web.py"), "def app(:\n");
        kill("HUP");
        awaitSaid("Reload failed, what runs stays as it is: web:worker-0: SyntaxError");
        clients.awaitMore(50);
        assertThat(workers()).isEqualTo(before);
        Files.writeString(project.resolve("web.py"), good);
        kill("HUP");
        awaitOthers(before);
    }

    @Test
    void oneWorkerMoreAndOneFewerButNotTheLast() {
        kill("TTIN");
        Servers.until("two workers", () -> workers().size() == 2);
        kill("TTOU");
        Servers.until("one worker", () -> workers().size() == 1);
        List<Long> last = workers();
        kill("TTOU");
        kill("TTIN");
        Servers.until("two workers", () -> workers().size() == 2);
        assertThat(workers()).containsAll(last);
        clients.awaitMore(50);
    }

    @Test
    void theSecondUserSignalBringsANewFrontAndTheFirstReopensLogs() throws IOException {
        List<Long> front = fronts();
        List<Long> before = workers();
        kill("USR2");
        Servers.until("a new front", () -> fronts().size() == 1 && !fronts().equals(front));
        assertThat(workers()).isEqualTo(before);
        Files.move(project.resolve("access.log"), project.resolve("access.old"));
        kill("USR1");
        Servers.until(
                "a new access log",
                () -> Files.exists(project.resolve("access.log")) && Files.size(project.resolve("access.log")) > 0);
    }
}
