package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** uvicorn's options, each with what it becomes; its sources; its errors. */
class UvicornTest {
    @TempDir
    private Path directory;

    private Command.Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("uvicorn"));
        all.addAll(List.of(arguments));
        return command().run(all.toArray(String[]::new));
    }

    private Command command() {
        return new Command(directory);
    }

    @Test
    void defaultsAreUvicorns() {
        Command.Result result = run("main:app");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.values())
                .containsEntry("app", "main:app")
                .containsEntry("personality", "uvicorn")
                .containsEntry("python", "/usr/bin/python3")
                .containsEntry("directory", directory.toString())
                .containsEntry("app_dir", directory.toString())
                .containsEntry("bind", "127.0.0.1:8000")
                .containsEntry("workers", "1")
                .containsEntry("keepalive", "5")
                .containsEntry("timeout", "0")
                .containsEntry("access_log", "-")
                .containsEntry("access_log_format", "uvicorn")
                .containsEntry("proxy_headers", "uvicorn")
                .containsEntry("forwarded_allow_ips", "127.0.0.1")
                .containsEntry("root_path_in_path", "true")
                .containsEntry("boot_failure", "exit")
                .containsEntry("stdout_logfile", "/dev/stdout")
                .containsEntry("stderr_logfile", "/dev/stderr")
                .doesNotContainKeys("graceful_timeout", "reload", "environment");
        assertThat(result.daemon()).containsEntry("nodaemon", "true");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --host 0.0.0.0                         | bind=0.0.0.0:8000
            --host :: --port 9000                  | bind=[::]:9000
            --port=0                               | bind=127.0.0.1:0
            --uds s.sock                           | bind=unix:${dir}/s.sock
            --uds /run/s.sock                      | socket_mode=0666
            --fd 0                                 | bind=fd://0
            --workers 4                            | workers=4
            --reload                               | reload=true
            --reload --workers 4                   | workers=1
            --reload                               | reload_dirs=${dir}
            --reload --reload-dir .                | reload_dirs=${dir}
            --reload --reload-include *.html       | reload_includes=*.py,*.html
            --reload --reload-exclude *.py         | reload_includes=
            --reload --reload-include .*           | reload_excludes=.py[cod],.sw.*,~*
            --reload --reload-delay 1.5            | reload_delay=1.5
            --loop uvloop                          | loop=uvloop
            --loop none                            | loop=asyncio
            --loop pkg.loops:make                  | loop=pkg.loops:make
            --http httptools                       | websocket
            --ws none                              | websocket=false
            --ws wsproto                           | websocket=true
            --ws-max-size 1000                     | ws_max_size=1000
            --ws-max-queue 8                       | ws_max_queue=8
            --ws-ping-interval 2.5                 | ws_ping_interval=2.5
            --ws-ping-timeout 3                    | ws_ping_timeout=3
            --ws-per-message-deflate false         | ws_per_message_deflate=false
            --lifespan off                         | lifespan=off
            --interface asgi2                      | interface=asgi2
            --log-config .                         | log_config=${dir}
            --log-level trace                      | log_level=trace
            --no-access-log                        | access_log=
            --use-colors                           | use_colors=true
            --no-use-colors                        | use_colors=false
            --no-proxy-headers                     | proxy_headers=off
            --no-server-header                     | server_header=false
            --no-date-header                       | date_header=false
            --forwarded-allow-ips 10.0.0.0/8,unix  | forwarded_allow_ips=10.0.0.0/8,unix
            --forwarded-allow-ips ''               | forwarded_allow_ips=255.255.255.255
            --root-path /api                       | root_path=/api
            --limit-concurrency 7                  | limit_concurrency=7
            --backlog 64                           | backlog=64
            --limit-max-requests 100               | max_requests=100
            --limit-max-requests-jitter 10         | max_requests_jitter=10
            --timeout-keep-alive 9                 | keepalive=9
            --timeout-graceful-shutdown 12         | graceful_timeout=12
            --timeout-graceful-shutdown 0          | graceful_timeout=86400
            --timeout-worker-healthcheck 8         | timeout=8
            --ssl-certfile c.pem                   | certfile=${dir}/c.pem
            --ssl-certfile c.pem --ssl-keyfile k   | keyfile=${dir}/k
            --ssl-keyfile-password secret;x        | keyfile_password=secret;x
            --ssl-ca-certs ca.pem                  | ca_certs=${dir}/ca.pem
            --ssl-cert-reqs 2                      | cert_reqs=2
            --ssl-ciphers TLSv1                    | ciphers
            --ssl-ciphers ECDHE+AESGCM             | ciphers=ECDHE+AESGCM
            --header a:b --header 'c: d, e'        | headers=a:b,c:d, e
            --app-dir src                          | app_dir=${dir}/src
            --h11-max-incomplete-event-size 9000   | limit_request_head=9000
            --reset-contextvars                    | reset_contextvars=true
            --factory                              | factory=true
            """)
    void optionBecomes(String options, String expected) {
        List<String> arguments = new ArrayList<>(ShellWords.split(options));
        arguments.add("main:app");
        Command.Result result = run(arguments.toArray(String[]::new));
        assertThat(result.status()).as(result.err()).isZero();
        String[] pair = expected.replace("${dir}", directory.toString()).split("=", 2);
        if (pair.length == 1 && !result.values().containsKey(pair[0])) {
            return;
        }
        assertThat(result.values()).containsEntry(pair[0], pair[1]);
    }

    @Test
    void everyOptionHasARowInThatTable() throws Exception {
        String source = Files.readString(Path.of("src/test/java/corral/server/cli/UvicornTest.java"));
        for (ClickOption option : UvicornOptions.TABLE) {
            for (String flag : option.flags()) {
                assertThat(source).as(flag).contains(flag.equals("--access-log") ? "access-log" : flag.substring(2));
            }
        }
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            UVICORN_PORT                | 9001              | bind=127.0.0.1:9001
            UVICORN_RELOAD              | true              | reload=true
            UVICORN_ACCESS_LOG          | false             | access_log=
            UVICORN_HEADERS             | a:b c:d           | headers=a:b,c:d
            UVICORN_LOG_LEVEL           | debug             | log_level=debug
            UVICORN_VERSION             | 0.30.1            | workers=1
            UVICORN_PORT                | ``                | bind=127.0.0.1:8000
            WEB_CONCURRENCY             | 3                 | workers=3
            FORWARDED_ALLOW_IPS         | *                 | forwarded_allow_ips=*
            PORT                        | 5000              | bind=127.0.0.1:8000
            CORRAL_PYTHON               | /usr/bin/python3  | python=/usr/bin/python3
            """)
    void variableBecomes(String name, String value, String expected) {
        Command.Result result = command().with(name, value).run("uvicorn", "main:app");
        assertThat(result.status()).as(result.err()).isZero();
        String[] pair = expected.split("=", 2);
        assertThat(result.values()).containsEntry(pair[0], pair[1]);
    }

    @Test
    void applicationMayComeFromTheEnvironmentAndTheCommandLineWins() {
        Command command = command().with("UVICORN_APP", "other:app").with("UVICORN_PORT", "9001");
        assertThat(command.run("uvicorn").values()).containsEntry("app", "other:app");
        assertThat(command.run("uvicorn", "--port", "9002", "main:app").values())
                .containsEntry("app", "main:app")
                .containsEntry("bind", "127.0.0.1:9002");
    }

    @Test
    void environmentFileSetsVariablesOfWorkersAndWhatIsReadLate() {
        Command.Result result =
                command().with("KEPT", "shell").file("my.env", """
                        # comment
                        export A=1
                        KEPT=file
                        B='sin"gle' # comment
                        C="two
                        lines"
                        D=${A}-${KEPT}-${NONE:-x}
                        WEB_CONCURRENCY=5
                        UVICORN_PORT=9
                        """).run("uvicorn", "--env-file", "my.env", "main:app");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.values())
                .containsEntry("workers", "5")
                .containsEntry("bind", "127.0.0.1:8000")
                .containsEntry(
                        "environment",
                        "A=\"1\",B='sin\"gle',C=\"two\nlines\",D=\"1-shell-x\",WEB_CONCURRENCY=\"5\",UVICORN_PORT=\"9\"");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                             | 2 | Error: Missing argument 'APP'.
            main:app more                  | 2 | Error: Got unexpected extra argument (more)
            main:app more and              | 2 | Error: Got unexpected extra arguments (more and)
            --port abc main:app            | 2 | Error: Invalid value for '--port': 'abc' is not a valid integer.
            --reload-delay abc main:app    | 2 | Error: Invalid value for '--reload-delay': 'abc' is not a valid float.
            --port abc                     | 2 | Error: Invalid value for '--port': 'abc' is not a valid integer.
            --log-level INFO main:app      | 2 | Error: Invalid value for '--log-level': 'INFO' is not one of 'critical', 'error', 'warning', 'info', 'debug', 'trace'.
            --lifespan maybe main:app      | 2 | Error: Invalid value for '--lifespan': 'maybe' is not one of 'auto', 'on', 'off'.
            --reload=true main:app         | 2 | Error: Option '--reload' does not take a value.
            main:app --port                | 2 | Error: Option '--port' requires an argument.
            --por 1 main:app               | 2 | Error: No such option: --por Did you mean --port?
            -w 4 main:app                  | 2 | Error: No such option: -w
            --log-config none.ini main:app | 2 | Error: Invalid value for '--log-config': Path 'none.ini' does not exist.
            --reload-dir none main:app     | 2 | Error: Invalid value for '--reload-dir': Path 'none' does not exist.
            --ws-per-message-deflate x m:a | 2 | Error: Invalid value for '--ws-per-message-deflate': 'x' is not a valid boolean.
            """)
    void mistakeIsAUsageErrorAsUvicornsOwn(String options, int status, String last) throws Exception {
        List<String> arguments = ShellWords.split(options);
        Command.Result result = run(arguments.toArray(String[]::new));
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.generated()).isFalse();
        assertThat(result.err()).endsWith(last + "\n");
        RealProgram.Outcome real = RealProgram.run("uvicorn", directory, arguments);
        assertThat(real.status()).isEqualTo(status);
        assertThat(real.err().replace("python -m uvicorn", "uvicorn")).isEqualTo(result.err());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            main                        | 3 | Import string "main" must be in format "<module>:<attribute>".
            --ssl-keyfile k m:a         | 3 | --ssl-keyfile needs --ssl-certfile
            --header nocolon m:a        | 2 | 'nocolon' is not NAME:VALUE
            --http pkg:Protocol m:a     | 2 | the front speaks HTTP
            --ws pkg:Protocol m:a       | 2 | the front speaks WebSocket
            --python=/none m:a          | 1 | neither an interpreter
            --uds 'a,b' m:a             | 1 | has a comma
            """)
    void whatCannotBeIsRefused(String options, int status, String part) {
        Command.Result result = run(ShellWords.split(options).toArray(String[]::new));
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.err()).contains(part);
        assertThat(result.generated()).isFalse();
    }

    @Test
    void whatHasNoEffectIsSaidInOneLine() {
        assertThat(run("--ssl-version", "3", "m:a").err())
                .isEqualTo("corral: setting ssl_version has no effect (TLS 1.2 and newer are spoken)\n");
        assertThat(run("--http", "zttp", "m:a").err()).startsWith("corral: setting http has no effect (HTTP/2");
        assertThat(run("--reload-dir", ".", "m:a").err()).startsWith("WARNING:  Current configuration will not reload");
        assertThat(run("--reload", "--workers", "2", "m:a").err())
                .isEqualTo("WARNING:  \"workers\" flag is ignored when reloading is enabled.\n");
    }

    @Test
    void helpAndVersionStartNothing() {
        Command.Result help = run("--help");
        assertThat(help.status()).isZero();
        assertThat(help.generated()).isFalse();
        assertThat(help.out()).startsWith("Usage: uvicorn [OPTIONS] APP\n");
        for (ClickOption option : UvicornOptions.TABLE) {
            assertThat(help.out()).contains(option.flags());
        }
        assertThat(run("--version").out()).startsWith("Running corral ");
    }
}
