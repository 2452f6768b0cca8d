package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gunicorn's settings, each with what it becomes; its sources; its errors, beside the real gunicorn's. */
class GunicornTest {
    @TempDir
    private Path temporary;

    private Path directory;
    private Command command;

    @BeforeEach
    void prepare() throws IOException {
        directory = temporary.toRealPath();
        command = new Command(directory)
                .file("main.py", "def app(environ, start_response):\n    pass\nnothing = None\n")
                .file("c.pem", "")
                .file("k.pem", "");
    }

    private Command.Result run(String line) {
        List<String> all = new ArrayList<>(List.of("gunicorn"));
        all.addAll(ShellWords.split(line.replace("${dir}", directory.toString())));
        return command.run(all.toArray(String[]::new));
    }

    @Test
    void defaultsAreGunicorns() {
        Command.Result result = run("main:app");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.values())
                .containsEntry("app", "main:app")
                .containsEntry("personality", "gunicorn")
                .containsEntry("python", "/usr/bin/python3")
                .containsEntry("bind", "127.0.0.1:8000")
                .containsEntry("workers", "1")
                .containsEntry("threads", "1")
                .containsEntry("interface", "wsgi")
                .containsEntry("keepalive", "2")
                .containsEntry("timeout", "30")
                .containsEntry("limit_request_line", "4094")
                .containsEntry("access_log", "")
                .containsEntry("proxy_headers", "scheme")
                .containsEntry("header_map", "drop")
                .containsEntry("forwarded_allow_ips", "127.0.0.1,::1")
                .containsEntry("boot_failure", "exit")
                .doesNotContainKeys("access_log_format", "user", "reload", "root_path", "disconnect_grace");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --protocol uwsgi m                          | Error: protocol = uwsgi
            --dirty-workers 1 --dirty-app a:b m         | Error: dirty_workers
            --paster x.ini                              | Error: paste
            --http-protocols h2 m                       | Error: http_protocols
            --group 4242 m                              | Error: group: only the primary group
            -k none.Such m                              | Error: class uri 'none.Such' invalid or not found
            -k workers.Own m                            | Error: worker class workers.Own is not supported
            --certfile none.pem m                       | Error: certfile "none.pem" does not exist
            --forwarded-allow-ips 10.0.0.1/8 m          | Error: 10.0.0.1/8 has host bits set
            --http2-max-frame-size 5 m                  | Error: http2_max_frame_size must be between
            -b h:port m                                 | Error: 'port' is not a valid port number.
            -b h:99999 m                                | Error: '99999' is not a valid port number.
            -e NOEQUALS m                               | Error: environment setting 'NOEQUALS' invalid
            """)
    void whatCorralCannotDoIsRefused(String line, String part) {
        command.file("workers.py", "from gunicorn.workers.base import Worker\nclass Own(Worker):\n    pass\n");
        Command.Result result = run(line);
        assertThat(result.status()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains("\n" + part);
        assertThat(result.generated()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``
            --no-such-flag main:app
            -w main:app
            -w abc main:app
            --wor 3 main:app
            --log main:app
            -w -1 main:app
            --chdir /none main:app
            --user nosuchuser main:app
            -g nosuchgroup main:app
            -c none.py main:app
            -c bad.py main:app
            -c fails.py main:app
            --config bool.py main:app
            -c hooks.py main:app
            -c arity.py main:app
            --statsd-host a:b main:app
            --reload-engine x main:app
            --reload-extra-file none main:app
            --keep-alive x main:app
            --check-config main:app
            --check-config main:nothing
            --check-config main:none
            --check-config none:app
            --check-config main.py
            """)
    void endsAsTheRealOneDoes(String line) {
        command.file("bad.py", "workers = 'many'\n")
                .file("fails.py", "1/0\n")
                .file("bool.py", "reload = 1\n")
                .file("hooks.py", "when_ready = 'no.such'\n")
                .file("arity.py", "def when_ready(a, b):\n    pass\n");
        List<String> arguments = ShellWords.split(line);
        Command.Result ours = run(line);
        RealProgram.Outcome real = RealProgram.run("gunicorn", directory, arguments);
        assertThat(ours.status()).as(ours.err()).isEqualTo(real.status());
        assertThat(ours.generated()).isFalse();
        assertThat(lastLine(ours.err())).isEqualTo(lastLine(real.err().replace("__main__.py", "gunicorn")));
        assertThat(firstLine(ours.err())).isEqualTo(firstLine(real.err().replace("__main__.py", "gunicorn")));
    }

    /** The two versions know different options, so lists of them are cut. */
    private static String lastLine(String text) {
        String last = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        last = last.replaceAll(" at 0x[0-9a-f]+", "");
        return last.contains("could match") ? last.substring(0, last.indexOf("could match")) : last;
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("").replaceAll(" at 0x[0-9a-f]+", "");
    }

    @Test
    void layersReplaceEachOtherAndListsAreNotAppended() {
        command.file("gunicorn.conf.py", "bind = 'file:1'\nworkers = 2\ntimeout = 3\nWorkers = 9\nunknown = 1\n")
                .with("GUNICORN_CMD_ARGS", "--bind env:2 --bind env:3 --workers 5 ignored:app");
        Command.Result result = run("main:app --workers 7");
        assertThat(result.values())
                .containsEntry("bind", "env:2,env:3")
                .containsEntry("workers", "7")
                .containsEntry("timeout", "3")
                .containsEntry("app", "main:app");
    }

    @Test
    void environmentGivesDefaults() {
        Command.Result result = command.with("PORT", "5000")
                .with("WEB_CONCURRENCY", "3")
                .with("FORWARDED_ALLOW_IPS", "10.0.0.0/8,::1")
                .run("gunicorn", "main:app");
        assertThat(result.values())
                .containsEntry("bind", "0.0.0.0:5000")
                .containsEntry("workers", "3")
                .containsEntry("forwarded_allow_ips", "10.0.0.0/8,::1");
    }

    @Test
    void fileIsFoundWhereTheCommandStartsAndTheApplicationInChdir() {
        command.file("gunicorn.conf.py", "import helper_of_conf\nworkers = helper_of_conf.N\nwsgi_app = 'web:app'\n")
                .file("helper_of_conf.py", "N = 6\n")
                .file("site/gunicorn.conf.py", "workers = 1\n")
                .file("site/web.py", "app = print\n");
        Command.Result result = run("--chdir site --access-logfile a.log");
        assertThat(result.values())
                .containsEntry("workers", "6")
                .containsEntry("app", "web:app")
                .containsEntry("directory", directory + "/site")
                .containsEntry("access_log", directory + "/site/a.log");
        assertThat(run("--chdir site --check-config").status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"conf/any.py", "file:conf/any.py", "python:conf.any"})
    void fileMayBeNamedInThreeWays(String location) {
        command.file(
                "conf/any.py",
                "import sys\nassert sys.argv[0] == 'gunicorn'\nthreads = 4\nprint('hello')\n"
                        + (location.startsWith("python:") ? "" : "assert sys.modules['__config__'].__file__\n"));
        Command.Result result = run("-c " + location + " main:app");
        assertThat(result.values()).as(result.err()).containsEntry("threads", "4");
        assertThat(result.out()).isEqualTo("hello\n");
    }

    @Test
    void readmeCommandLineRunsUnchanged() {
        command.with(
                "GUNICORN_CMD_ARGS",
                "--bind=0.0.0.0:8443 --workers=3 --worker-class uvicorn.workers.UvicornWorker --keyfile=k.pem"
                        + " --certfile=c.pem --timeout 120 --max-requests 1000 --access-logfile -");
        Command.Result result = run("main:app");
        assertThat(result.err()).isEmpty();
        assertThat(result.values())
                .containsEntry("bind", "0.0.0.0:8443")
                .containsEntry("workers", "3")
                .containsEntry("keyfile", directory + "/k.pem")
                .containsEntry("certfile", directory + "/c.pem")
                .containsEntry("timeout", "120")
                .containsEntry("max_requests", "1000")
                .containsEntry("access_log", "-")
                .containsEntry("proxy_headers", "uvicorn");
    }

    @Test
    void hooksAreNotSilentlyDropped() {
        command.file("gunicorn.conf.py", """
                def post_fork(server, worker):
                    pass
                def when_ready(server):
                    pass
                """);
        Command.Result result = run("main:app");
        assertThat(result.status()).isZero();
        assertThat(result.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("corral: hook when_ready is not called ("))
                .anyMatch(line -> line.startsWith("corral: hook post_fork is not called ("));
        command.file("gunicorn.conf.py", "def ssl_context(config, default):\n    return default()\n");
        assertThat(run("main:app").err()).contains("Error: ssl_context:");
    }

    @Test
    void ownWorkerClassGivesItsOptionsWithoutGunicornOrUvicornInstalled() throws IOException {
        Path bare = Files.writeString(directory.resolve("bare"), "#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n");
        Files.setPosixFilePermissions(bare, PosixFilePermissions.fromString("rwx------"));
        command.file("workers.py", """
                from uvicorn.workers import UvicornWorker
                class Own(UvicornWorker):
                    CONFIG_KWARGS = {"lifespan": "off", "root_path": "/api", "loop": "asyncio", "ws_ping_interval": None,
                                     "headers": [("x-a", "b"), ("x-c", "d, e")], "timeout_keep_alive": 75, "access_log": False}
                    def notify(self):
                        pass
                """);
        Command.Result result = run("--python=./bare -k workers.Own --keep-alive 9 main:app");
        assertThat(result.err())
                .isEqualTo(
                        "corral: worker class workers.Own: its own notify is not called (only its CONFIG_KWARGS count)\n");
        assertThat(result.values())
                .containsEntry("python", directory + "/bare")
                .containsEntry("lifespan", "off")
                .containsEntry("root_path", "/api")
                .containsEntry("root_path_in_path", "true")
                .containsEntry("loop", "asyncio")
                .containsEntry("ws_ping_interval", "0")
                .containsEntry("headers", "x-a:b,x-c:d, e")
                .containsEntry("keepalive", "75")
                .containsEntry("access_log", "");
        command.file("gunicorn.conf.py", "from workers import Own as worker_class\n");
        assertThat(run("--python=./bare main:app").values()).containsEntry("lifespan", "off");
    }

    @Test
    void loggingDictionaryBecomesAFile() throws IOException {
        command.file("gunicorn.conf.py", "logconfig_dict = {'loggers': {'a': {'level': 'INFO'}}}\n");
        String path = run("main:app").values().get("log_config");
        assertThat(Files.readString(Path.of(path)))
                .isEqualTo("{\"loggers\":{\"a\":{\"level\":\"INFO\"}},\"version\":1}");
        command.file("gunicorn.conf.py", "import sys\nlogconfig_dict = {'handlers': {'a': {'stream': sys.stdout}}}\n");
        assertThat(run("main:app").err()).contains("logconfig_dict has values that are no data");
    }

    @Test
    void daemonLeavesTheTerminalAndWritesItsPid() throws IOException {
        Command.Result result = run("--daemon --pid run.pid -n shop main:app");
        assertThat(result.daemon()).containsEntry("nodaemon", "false").containsEntry("pidfile", directory + "/run.pid");
        assertThat(result.section()).isEqualTo("server:shop");
        Files.writeString(directory.resolve("run.pid"), ProcessHandle.current().pid() + "\n");
        Command.Result second = run("-D --pid run.pid main:app");
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err())
                .isEqualTo("\nError: Already running on PID "
                        + ProcessHandle.current().pid() + " (or pid file 'run.pid' is stale)\n");
        Files.writeString(directory.resolve("run.pid"), "99999999\n");
        assertThat(run("--pid run.pid main:app").status()).isZero();
    }

    @Test
    void settingsCanBePrintedAndChecked() {
        Command.Result result = run("--print-config -w 3 main:app");
        assertThat(result.status()).isZero();
        assertThat(result.generated()).isFalse();
        assertThat(result.out().lines()).hasSize(119).anyMatch(line -> line.matches("workers +?= 3"));
        assertThat(run("--version").out()).startsWith("gunicorn (version ");
        assertThat(run("--help").out()).startsWith("usage: gunicorn [OPTIONS] [APP_MODULE]");
    }
}
