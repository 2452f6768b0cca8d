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

    private void assertEntry(Command.Result result, String expected) {
        String[] pair = expected.replace("${dir}", directory.toString()).split("=", 2);
        assertThat(result.values()).as(result.err()).containsEntry(pair[0], pair[1]);
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
    @CsvSource(delimiter = '|', textBlock = """
            main                                   | app=main:application
            'main:make("x", n=1)'                  | app=main:make("x", n=1)
            -b :9000 main:app                      | bind=0.0.0.0:9000
            -b LOCALHOST -b [::1]:1 m              | bind=localhost:8000,[::1]:1
            -b tcp://h:1 m                         | bind=h:1
            -b unix:s.sock m                       | bind=unix:${dir}/s.sock
            -b unix:///run/s -m 007 m              | socket_mode=0770
            -b fd://3 m                            | bind=fd://3
            --backlog 9 m                          | backlog=9
            -w4 m                                  | workers=4
            --workers=0 m                          | workers=0
            --threads 3 m                          | threads=3
            --worker-connections 7 m               | worker_connections=7
            --max-requests 5 m                     | max_requests=5
            --max-requests-j 5 m                   | max_requests_jitter=5
            -t 0 m                                 | timeout=0
            --timeout 999999 m                     | timeout=0
            --graceful-timeout 9 m                 | graceful_timeout=9
            --keep-alive 9 m                       | keepalive=9
            --limit-request-line 0 m               | limit_request_line=2147483647
            --limit-request-fields 0 m             | limit_request_fields=32768
            --limit-request-field_size 0 m         | limit_request_field_size=8190
            --reload m                             | reload=true
            --reload m                             | reload_dirs=${dir}
            --reload --reload-extra-file main.py m | reload_extra_files=${dir}/main.py
            --reuse-port m                         | reuse_port=true
            --chdir / m                            | directory=/
            -e A=1 -e 'B=x y=z' m                  | environment=A="1",B="x y=z"
            --forwarded-allow-ips * m              | forwarded_allow_ips=*
            --forwarded-allow-ips= m               | forwarded_allow_ips=255.255.255.255
            --access-logfile - m                   | access_log=-
            --access-logfile a.log m               | access_log=${dir}/a.log
            --access-logformat '%(h)s ;%(r)s' m    | access_log_format=%(h)s ;%(r)s
            --error-log e.log m                    | stderr_logfile=${dir}/e.log
            --log-file e.log --capture-output m    | stdout_logfile=${dir}/e.log
            --log-file e.log --capture-output m    | redirect_stderr=true
            --capture-output m                     | stderr_logfile=/dev/stderr
            --log-lev DEBUG m                      | log_level=debug
            --log-config main.py m                 | log_config=${dir}/main.py
            --log-config-json main.py m            | log_config=${dir}/main.py
            --statsd-host h m                      | statsd_host=h:8125
            --statsd-prefix p m                    | statsd_prefix=p
            --dogstatsd-tags a:b,c:d m             | dogstatsd_tags=a:b,c:d
            --pythonpath lib,/x m                  | pythonpath=${dir}/lib,/x
            m --proxy-protocol                     | proxy_protocol=auto
            --proxy-protocol v2 m                  | proxy_protocol=v2
            --proxy-allow-from 10.0.0.1 m          | proxy_allow_ips=10.0.0.1
            --certfile c.pem --keyfile k.pem m     | keyfile=${dir}/k.pem
            --keyfile k.pem m                      | certfile=${dir}/k.pem
            --ca-certs c.pem --cert-reqs 2 m       | cert_reqs=2
            --ciphers ECDHE m                      | ciphers=ECDHE
            --permit-obsolete-folding m            | permit_obsolete_folding=true
            --strip-header-spaces m                | strip_header_spaces=true
            --permit-unconventional-http-method m  | permit_unconventional_http_method=true
            --permit-unconventional-http-version m | permit_unconventional_http_version=true
            --casefold-http-method m               | casefold_http_method=true
            --forwarder-headers A_B m              | forwarder_headers=A_B
            --header-map refuse m                  | header_map=refuse
            -k gthread --threads 8 m               | threads=8
            -k gunicorn.workers.sync.SyncWorker m  | interface=wsgi
            -k egg:gunicorn#gthread m              | interface=wsgi
            -k gevent m                            | threads=100
            -k gevent --worker-connections 50 m    | threads=50
            -k asgi m                              | interface=asgi3
            -k asgi --asgi-loop asyncio m          | loop=asyncio
            -k asgi --asgi-lifespan off m          | lifespan=off
            -k asgi m                              | disconnect_grace=3
            -k asgi --root-path /a m               | root_path=/a
            -k uvicorn.workers.UvicornWorker m     | proxy_headers=uvicorn
            -k uvicorn.workers.UvicornWorker m     | interface=auto
            -k uvicorn_worker.UvicornWorker m      | interface=auto
            -k uvicorn.workers.UvicornH11Worker m  | loop=asyncio
            --umask 0x12 -b unix:/s m              | socket_mode=0765
            """)
    void settingBecomes(String line, String expected) {
        Command.Result result = run(line);
        assertThat(result.status()).as(result.err()).isZero();
        assertEntry(result, expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --spew m                               | setting spew has no effect
            --preload m                            | setting preload_app has no effect (accepted; not yet effective
            --no-sendfile m                        | setting sendfile has no effect
            --worker-tmp-dir /dev/shm m            | setting worker_tmp_dir has no effect
            --enable-stdio-inheritance m           | setting enable_stdio_inheritance has no effect
            --enable-backlog-metric m              | setting enable_backlog_metric has no effect
            --logger-class my.Logger m             | setting logger_class has no effect
            --log-syslog m                         | setting syslog has no effect
            --log-syslog-to udp://h:1 m            | setting syslog_addr has no effect
            --log-syslog-prefix x m                | setting syslog_prefix has no effect
            --log-syslog-facility local0 m         | setting syslog_facility has no effect
            --paste-global a=b m                   | setting raw_paste_global_conf has no effect
            --uwsgi-allow-from * m                 | setting uwsgi_allow_ips has no effect
            --ssl-version TLSv1 m                  | setting ssl_version has no effect
            --do-handshake-on-connect m            | setting do_handshake_on_connect has no effect
            --http2-cleartext both m               | setting http2_cleartext has no effect
            --http2-max-concurrent-streams 5 m     | setting http2_max_concurrent_streams has no effect
            --http2-initial-window-size 5 m        | setting http2_initial_window_size has no effect
            --http2-max-frame-size 20000 m         | setting http2_max_frame_size has no effect
            --http2-max-header-list-size 5 m       | setting http2_max_header_list_size has no effect
            --http-protocols h2,h1 m               | setting http_protocols: HTTP/2 and HTTP/3 are not served yet
            --http-parser python m                 | setting http_parser has no effect
            --dirty-workers 2 m                    | setting dirty_workers has no effect
            --dirty-app a:b m                      | setting dirty_apps has no effect
            --dirty-timeout 5 m                    | setting dirty_timeout has no effect
            --dirty-threads 5 m                    | setting dirty_threads has no effect
            --dirty-graceful-timeout 5 m           | setting dirty_graceful_timeout has no effect
            --control-socket x m                   | setting control_socket has no effect
            --control-socket-mode 0644 m           | setting control_socket_mode has no effect
            --log-level chatty m                   | setting loglevel: there is no level 'chatty'
            -n 'a b' m                             | setting proc_name has no effect
            -k eventlet m                          | worker class eventlet runs on threads
            -k tornado m                           | worker class tornado runs on threads
            -b fd://3 -b :1 m                      | setting bind: gunicorn would listen on the descriptors only
            """)
    void whatHasNoEffectIsSaidInOneLine(String line, String part) {
        Command.Result result = run(line);
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.err()).startsWith("corral: " + part).hasLineCount(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "--suppress-ragged-eofs",
        "--no-control-socket",
        "--reload-engine poll",
        "--initgroups",
        "--disable-redirect-access-to-syslog",
        "--http-protocols h1"
    })
    void whatIsTrueAnywayNeedsNoLine(String option) {
        Command.Result result = run(option + " main:app");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --protocol uwsgi m                          | Error: protocol = uwsgi
            --dirty-workers 1 --dirty-app a:b m         | Error: dirty_workers
            --paste x.ini                               | Error: paste
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
    @CsvSource(delimiter = '|', textBlock = """
            ''
            --no-such-flag main:app
            -w main:app
            -w abc main:app
            --wor 3 main:app
            --log main:app
            -w -1 main:app
            --chdir /none main:app
            -u nosuchuser main:app
            -g nosuchgroup main:app
            -c none.py main:app
            -c bad.py main:app
            -c fails.py main:app
            -c bool.py main:app
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
        return last.contains("could match") ? last.substring(0, last.indexOf("could match")) : last;
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("");
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
        Command.Result result = run("-D --pid run.pid -n shop main:app");
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
