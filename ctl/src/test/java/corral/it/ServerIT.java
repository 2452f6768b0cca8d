package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the daemon does for {@code [server:x]}, with the real front and the real worker. */
@CorralOnly("not there")
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
class ServerIT {
    private static final int PATIENCE_MS = 30_000;

    private static final String APP = """
            import os, time

            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    while True:
                        message = await receive()
                        await send({"type": message["type"] + ".complete"})
                        if message["type"] == "lifespan.shutdown":
                            return
                if scope["path"] == "/block":
                    time.sleep(600)
                body = str(os.getuid()).encode()
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": body})
            """;

    private final Lab lab;
    private final int port = freePort();

    ServerIT(Lab lab) {
        this.lab = lab;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server with these further lines. */
    private DaemonBuilder server(String lines) {
        String section = "[server:web]\napp=app:app\npython=" + Distribution.python() + "\nbind=127.0.0.1:" + port
                + "\nstderr_logfile=${dir}/%(process_name)s.err\n";
        return lab.daemon(Kind.CORRAL).programs(section + lines + "\n").file("app.py", APP);
    }

    private RunningDaemon start(String lines) {
        RunningDaemon daemon = server(lines).start();
        daemon.awaitState("web:front", "RUNNING");
        daemon.awaitState("web:worker-0", "RUNNING");
        return daemon;
    }

    private String get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MS);
        connection.setReadTimeout(PATIENCE_MS);
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    @Test
    void statusShowsTheFrontAndItsWorkers() throws IOException {
        try (RunningDaemon daemon = start("workers=2")) {
            daemon.awaitState("web:worker-1", "RUNNING");
            String running = " +RUNNING   pid \\d+, uptime \\d:\\d\\d:\\d\\d(, .+)?\n";
            assertThat(daemon.ctl("status").out())
                    .matches("web:front" + running + "web:worker-0" + running + "web:worker-1" + running);
            assertThat(get("/")).isEqualTo(Long.toString(uid(daemon.pid("web:worker-0"))));
        }
    }

    private static long uid(long pid) {
        return Long.parseLong(ProcFs.status(pid).get("Uid").split("\\s", -1)[0]);
    }

    @Test
    void aWrongOptionNamesItsPlaceAndTheNearest() {
        DaemonBuilder builder = server("wrokers=2\ntimeout=soon");
        Outcome outcome = builder.runToEnd();
        String conf = builder.dir() + "/supervisord.conf:";
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        conf + "20: error: [server:web] wrokers: unknown key (read: wrokers=2; did you mean workers?)")
                .contains(conf + "21: error: [server:web] timeout: 'soon' is not a whole number"
                        + " (allowed: a whole number from 0 to 86400)");
    }

    @Test
    void thePortStaysOpenWhileTheFrontIsReplaced() throws IOException {
        try (RunningDaemon daemon = start("")) {
            long worker = daemon.pid("web:worker-0");
            long front = daemon.pid("web:front");
            daemon.signal("KILL", front);
            // Connects at once, and is answered by the next front.
            assertThat(get("/")).isNotEmpty();
            assertThat(daemon.awaitState("web:front", "RUNNING")).isNotEqualTo(front);
            assertThat(daemon.ctl("restart", "web:front").exit()).isZero();
            assertThat(get("/")).isNotEmpty();
            assertThat(daemon.pid("web:worker-0")).isEqualTo(worker);
        }
    }

    @Test
    void aKilledWorkerIsReplaced() throws IOException {
        try (RunningDaemon daemon = start("")) {
            long worker = daemon.pid("web:worker-0");
            daemon.signal("KILL", worker);
            daemon.until("a successor", () -> daemon.pid("web:worker-0") != worker);
            assertThat(get("/")).isNotEmpty();
        }
    }

    @Test
    void aWorkerThatIsStuckIsAbortedAndReplaced() throws IOException {
        try (RunningDaemon daemon = start("timeout=1")) {
            long worker = daemon.pid("web:worker-0");
            Process stuck = daemon.shStart("curl.txt", "curl -s -m 30 http://127.0.0.1:" + port + "/block");
            daemon.awaitLog("WORKER TIMEOUT \\(pid:" + worker + "\\)");
            daemon.until("a successor", () -> daemon.pid("web:worker-0") != worker);
            assertThat(get("/")).isNotEmpty();
            stuck.destroyForcibly();
        }
    }

    @Test
    void theWorkersAreStoppedAfterTheFront() {
        try (RunningDaemon daemon = start("workers=2")) {
            daemon.awaitState("web:worker-1", "RUNNING");
            assertThat(daemon.ctl("stop", "web:*").out())
                    .contains("web:front: stopped\n", "web:worker-0: stopped\n", "web:worker-1: stopped\n");
            assertThat(LogLine.about(daemon.log(), "stopped:").get(0)).contains("stopped: front");
            assertThat(daemon.ctl("start", "web:*").exit()).isZero();
            daemon.signal("TERM", daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
            assertThat(LogLine.about(daemon.log(), "stopped:").get(3)).contains("stopped: front");
            assertThat(daemon.processes()).isEmpty();
        }
    }

    @Test
    void anAppThatCannotBeImportedIsTheReasonInTheStatus() {
        String retry = "app=missing:app\nstartretries=0";
        try (RunningDaemon daemon = server(retry).start()) {
            daemon.awaitState("web:worker-0", "FATAL");
            assertThat(daemon.ctl("status", "web:worker-0").out())
                    .matches("web:worker-0 +FATAL     .*missing.*\n")
                    .doesNotContain("Exited too quickly");
        }
    }

    @Test
    void aFailureToBootMayEndTheDaemonWithItsStatus() {
        DaemonBuilder builder = server("app=missing:app\nworkers=3\nboot_failure=exit");
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).isEqualTo(3);
        assertThat(outcome.out()).contains("'web:worker-0' cannot load its application");
        String said = text(builder, "worker-0.err");
        assertThat(said.split("ModuleNotFoundError", -1)).hasSize(2);
        assertThat(builder.dir().resolve("worker-1.err")).doesNotExist();
    }

    private static String text(DaemonBuilder builder, String name) {
        try {
            return Files.readString(builder.dir().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAddressInUseIsTheReasonOfTheFront() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            try (RunningDaemon daemon = server("startretries=0").start()) {
                daemon.awaitState("web:front", "FATAL");
                assertThat(daemon.info("web:front").get("description"))
                        .isEqualTo("Connection in use: ('127.0.0.1', " + port + ")");
            }
        }
    }

    @Test
    void unixSocketsHaveTheirModeAndAreGoneWithTheServer() throws IOException {
        try (RunningDaemon daemon = start("bind=unix:web.sock\nsocket_mode=0660")) {
            var socket = daemon.dir().resolve("web.sock");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
            assertThat(daemon.run(List.of(
                                    "/usr/bin/curl", "-s", "-m", "30", "--unix-socket", socket.toString(), "http://x/"))
                            .out())
                    .isNotEmpty();
            daemon.ctl("stop", "web:*");
            assertThat(socket).exists();
            daemon.ctl("remove", "web");
            daemon.until("no socket", () -> !Files.exists(socket));
        }
    }

    @Test
    void whatListensAlreadyIsInherited() throws IOException {
        String listen = "import os, socket, sys; s = socket.create_server(('127.0.0.1', " + port
                + ")); os.dup2(s.fileno(), 3); os.set_inheritable(3, True); os.execvp(sys.argv[1], sys.argv[1:])";
        DaemonBuilder builder =
                server("bind=fd://3").prefix(Distribution.python().toString(), "-c", listen);
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("web:worker-0", "RUNNING");
            assertThat(get("/")).isNotEmpty();
            assertThat(ProcFs.environment(daemon.pid("web:front"))).containsEntry("LISTEN_FDS", "2");
        }
    }

    @AsRoot
    @Test
    void bothRunAsTheUserOfTheSection() throws IOException {
        try (RunningDaemon daemon = start("user=nobody")) {
            long nobody = uid(daemon.pid("web:worker-0"));
            assertThat(nobody).isNotZero();
            assertThat(uid(daemon.pid("web:front"))).isEqualTo(nobody);
            assertThat(get("/")).isEqualTo(Long.toString(nobody));
        }
    }

    @Test
    void aProgramSaysItselfWhenItIsReady() {
        String program = """
                [program:own]
                command=%s -u own.py
                directory=${dir}
                notify=true
                """.formatted(Distribution.python());
        String script = """
                import os, socket, time
                def say(text):
                    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                        s.sendto(text, os.environ["NOTIFY_SOCKET"])
                say(b"nonsense")
                while not os.path.exists("go"):
                    time.sleep(0.02)
                say(b"STATUS=all well\\nREADY=1\\nMAINPID=1\\n")
                time.sleep(600)
                """;
        try (RunningDaemon daemon =
                lab.daemon(Kind.CORRAL).programs(program).file("own.py", script).start()) {
            daemon.awaitLog("'own' sent a notification that is none");
            assertThat(daemon.state("own")).isEqualTo("STARTING");
            daemon.write("go", "");
            daemon.awaitState("own", "RUNNING");
            assertThat((String) daemon.info("own").get("description"))
                    .matches("pid \\d+, uptime 0:00:\\d\\d, all well");
        }
    }
}
