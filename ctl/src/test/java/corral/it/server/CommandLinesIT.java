package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.Outcome;
import corral.it.ProcFs;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code corral serve}, {@code corral gunicorn} and {@code corral uvicorn}, as one types them. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class CommandLinesIT {
    private static final String ASGI = """
            import os
            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    while True:
                        message = await receive()
                        await send({"type": message["type"] + ".complete"})
                        if message["type"] == "lifespan.shutdown":
                            return
                text = "%s %s %s" % (scope["path"], os.environ.get("GREETING"), os.getcwd())
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": text.encode()})
            """;
    private static final String WSGI = """
            def app(environ, start_response):
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [("wsgi " + environ["PATH_INFO"]).encode()]
            """;

    private final Lab lab;
    private Path project;
    private Path temporary;
    private int port;

    CommandLinesIT(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void makeProject() throws IOException {
        project = lab.folder();
        temporary = Files.createDirectory(project.resolve("t"));
        Files.writeString(project.resolve("web.py"), ASGI);
        Files.writeString(project.resolve("flat.py"), WSGI);
        Files.writeString(project.resolve("broken.py"), "import no_such_module\n");
        port = Servers.freePort();
    }

    private Process start(Map<String, String> further, String... arguments) throws IOException {
        Map<String, String> environment = new TreeMap<>(lab.environment());
        environment.put("TMPDIR", temporary.toString());
        environment.putAll(further);
        return lab.start(project, command(arguments), project.resolve("out"), project.resolve("err"), environment);
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Distribution.home().resolve("bin/corral").toString()));
        for (String argument : arguments) {
            command.add(argument.replace("PORT", Integer.toString(port)));
        }
        return command;
    }

    private String said() throws IOException {
        return Files.readString(project.resolve("out")) + Files.readString(project.resolve("err"));
    }

    private HttpURLConnection get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setReadTimeout(10_000);
        return connection;
    }

    private String body(String path) throws IOException {
        return new String(get(path).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void awaitAnswer() {
        Servers.until("an answer on port " + port, () -> get("/").getResponseCode() == 200);
    }

    /** The status after SIGINT, which is what Ctrl-C sends; nothing may be left in the temporary folder. */
    private int interrupt(Process process) throws Exception {
        lab.run(project, List.of("/bin/kill", "-INT", Long.toString(process.pid())));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("corral-")))
                    .isEmpty();
        }
        return process.exitValue();
    }

    @Test
    void serveRunsAnApplicationUntilCtrlC() throws Exception {
        Process process = start(
                Map.of("GREETING", "hello"), "serve", "web:app", "--port", "PORT", "--python", "/usr/bin/python3");
        awaitAnswer();
        assertThat(body("/x")).isEqualTo("/x hello " + project);
        assertThat(interrupt(process)).isZero();
        assertThat(Files.readString(project.resolve("out"))).contains("GET /x HTTP/1.1");
        assertThat(said()).doesNotContain("CRIT");
    }

    @Test
    void valuesThatMeanSomethingInAnIniFileArriveAsTheyAre() throws Exception {
        Process process = start(
                Map.of(),
                "serve",
                "web:app",
                "--port",
                "PORT",
                "--headers",
                "x-odd: 100% ;b #c",
                "--environment",
                "GREETING= ;it's #1, \u00fc 5%",
                "--access-log-format",
                "odd ; %(r)s #x");
        awaitAnswer();
        assertThat(get("/").getHeaderField("x-odd")).isEqualTo("100% ;b #c");
        HttpURLConnection connection = get("/y");
        assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("/y  ;it's #1, \u00fc 5% " + project);
        assertThat(interrupt(process)).isZero();
        assertThat(Files.readString(project.resolve("out"))).contains("odd ; GET /y HTTP/1.1 #x\n");
    }

    @Test
    void uvicornTakesItsOptionsAndItsEnvironmentFile() throws Exception {
        Files.writeString(project.resolve("settings.env"), "GREETING='from file'\nWEB_CONCURRENCY=2\n");
        Process process = start(
                Map.of(), "uvicorn", "--port", "PORT", "web:app", "--env-file", "settings.env", "--root-path", "/api");
        awaitAnswer();
        assertThat(body("/x")).isEqualTo("/api/x from file " + project);
        Servers.until("two workers", () -> workers(process.pid()) == 2);
        assertThat(interrupt(process)).isZero();
    }

    private static long workers(long daemon) {
        return ProcFs.children(daemon).stream()
                .filter(pid -> ProcFs.commandLine(pid).contains("/lib/worker"))
                .count();
    }

    @Test
    void gunicornTakesItsFileItsVariableAndItsArguments() throws Exception {
        Files.createDirectory(project.resolve("production"));
        Files.writeString(project.resolve("production/gunicorn.conf.py"), """
                bind = "127.0.0.1:8000"
                workers = 2
                worker_class = "uvicorn.workers.UvicornWorker"
                timeout = 120
                keepalive = 5
                preload_app = True
                accesslog = "-"
                errorlog = "-"
                capture_output = True
                raw_env = ["GREETING=set there"]
                """);
        Process process = start(
                Map.of("GUNICORN_CMD_ARGS", "--bind 127.0.0.1:" + port + " --workers 5"),
                "gunicorn",
                "web:app",
                "-c",
                "production/gunicorn.conf.py",
                "--workers=1");
        awaitAnswer();
        assertThat(body("/x")).isEqualTo("/x set there " + project);
        // One, and what it is forked from.
        assertThat(workers(process.pid())).isEqualTo(2);
        assertThat(interrupt(process)).isZero();
        assertThat(said())
                .contains("Loading web:app for all workers")
                .doesNotContain("corral: setting preload_app")
                .contains("GET /x HTTP/1.1");
    }

    @Test
    void gunicornsDefaultWorkerRunsWsgiApplications() throws Exception {
        Process process = start(Map.of(), "gunicorn", "-b127.0.0.1:PORT", "flat:app");
        awaitAnswer();
        assertThat(body("/x")).isEqualTo("wsgi /x");
        assertThat(interrupt(process)).isZero();
    }

    @Test
    void gunicornAsDaemonLeavesTheTerminalAndKeepsItsPidFile() throws Exception {
        Process process = start(
                Map.of(),
                "gunicorn",
                "-D",
                "-p",
                "run.pid",
                "--log-file",
                "error.log",
                "-b",
                "127.0.0.1:PORT",
                "flat:app");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said()).isZero();
        awaitAnswer();
        long pid = Long.parseLong(Files.readString(project.resolve("run.pid")).strip());
        assertThat(pid).isNotEqualTo(process.pid());
        assertThat(ProcFs.descriptors(pid)).containsEntry(1, "/dev/null");
        Outcome second = lab.run(project, command("gunicorn", "-p", "run.pid", "flat:app"));
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err())
                .isEqualTo("\nError: Already running on PID " + pid + " (or pid file 'run.pid' is stale)\n");
        lab.run(project, List.of("/bin/kill", "-TERM", Long.toString(pid)));
        Servers.until("the end", () -> !ProcFs.alive(pid));
        assertThat(project.resolve("run.pid")).doesNotExist();
        assertThat(project.resolve("error.log")).isNotEmptyFile();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            gunicorn -b 127.0.0.1:PORT broken:app           | 3 | No module named 'no_such_module'
            gunicorn -b 127.0.0.1:PORT web:none             | 4 | Failed to find attribute 'none' in 'web'.
            uvicorn --port PORT broken:app                  | 3 | No module named 'no_such_module'
            uvicorn --port PORT web:none                    | 3 | Attribute "none" not found in module "web".
            serve --port PORT web:none --workers 3          | 3 | none
            uvicorn web                                     | 3 | Import string "web" must be in format
            uvicorn --workers many web:app                  | 2 | 'many' is not a valid integer.
            serve web:app --workers many                    | 2 | 'many' is not auto or a whole number
            gunicorn --workers many web:app                 | 2 | invalid int value: 'many'
            gunicorn                                        | 1 | Error: No application module specified.
            gunicorn --check-config web:none                | 1 | Failed to find attribute 'none' in 'web'.
            gunicorn --check-config web:app                 | 0 | ``
            gunicorn --version                              | 0 | ``
            uvicorn --help                                  | 0 | ``
            serve --help                                    | 0 | ``
            """)
    void endsByItselfWithAStatus(String line, int status, String part) {
        Outcome outcome = lab.run(project, command(line.split(" ", -1)));
        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(status);
        assertThat(outcome.err()).contains(part);
    }

    @Test
    void occupiedPortIsSaidAtOnce() throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            Outcome uvicorn = lab.run(project, command("uvicorn", "--port", "PORT", "web:app"));
            assertThat(uvicorn.exit()).isEqualTo(3);
            assertThat(uvicorn.err()).contains("('127.0.0.1', " + port + "): address already in use");
            Outcome gunicorn = lab.run(project, command("gunicorn", "-b", "127.0.0.1:PORT", "flat:app"));
            assertThat(gunicorn.exit()).isEqualTo(1);
            assertThat(gunicorn.err())
                    .contains("Connection in use: ('127.0.0.1', " + port + ")")
                    .endsWith("Can't connect to ('127.0.0.1', " + port + ")\n");
        }
    }
}
