package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** gunicorn's settings, each with what it becomes. One Python resolves all command lines of a table. */
class GunicornTableTest {
    private static final String BECOMES = """
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
            --env A=1 -e 'B=x y=z' m                  | environment=A="1",B="x y=z"
            --forwarded-allow-ips * m              | forwarded_allow_ips=*
            --forwarded-allow-ips= m               | forwarded_allow_ips=255.255.255.255
            --access-logfile - m                   | access_log=-
            --access-logfile a.log m               | access_log=${dir}/a.log
            --access-logformat '%(h)s ;%(r)s' m    | access_log_format=%(h)s ;%(r)s
            --error-log e.log m                    | stderr_logfile=${dir}/e.log
            --log-file e.log --capture-output m    | stdout_logfile=${dir}/e.log
            --log-file e.log --capture-output m    | redirect_stderr=true
            --error-logfile - m                    | stderr_logfile=/dev/stderr
            -k asgi --asgi-disconnect-grace-period 9 m | disconnect_grace=9
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
            --preload m                            | preload_app=true
            -k asgi --root-path /a m               | root_path=/a
            -k uvicorn.workers.UvicornWorker m     | proxy_headers=uvicorn
            -k uvicorn.workers.UvicornWorker m     | interface=auto
            -k uvicorn_worker.UvicornWorker m      | interface=auto
            -k uvicorn.workers.UvicornH11Worker m  | loop=asyncio
            --umask 0x12 -b unix:/s m              | socket_mode=0755
            """;

    private static final String NOTES = """
            --spew m                               | setting spew has no effect
            --preload --reload m                   | setting reload has no effect (with preload_app
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
            --name 'a b' m                             | setting proc_name has no effect
            -k eventlet m                          | worker class eventlet runs on threads
            -k tornado m                           | worker class tornado runs on threads
            -b fd://3 -b :1 m                      | setting bind: gunicorn would listen on the descriptors only
            """;

    private static final String SILENT = """
            --suppress-ragged-eofs m
            --no-control-socket m
            --reload-engine poll m
            --initgroups m
            --disable-redirect-access-to-syslog m
            --http-protocols h1 m
            """;

    @TempDir
    private Path temporary;

    /**
     * A command line, mapped.
     *
     * @param values keys of the server
     * @param err what was said
     */
    private record Row(String line, String expected, Map<String, String> values, String err) {}

    private List<Row> map(String table) throws Exception {
        Path directory = temporary.toRealPath();
        for (String name : List.of("main.py", "c.pem", "k.pem")) {
            Files.writeString(directory.resolve(name), "");
        }
        List<String> rows = table.lines().toList();
        List<String> answers = resolve(
                directory, rows.stream().map(row -> row.split("\\|", 2)[0]).toList());
        return IntStream.range(0, rows.size())
                .mapToObj(i -> row(
                        directory,
                        rows.get(i),
                        JsonParser.parseString(answers.get(i)).getAsJsonObject()))
                .toList();
    }

    private Row row(Path directory, String text, JsonObject answer) {
        String[] parts = text.split("\\|", 2);
        assertThat(answer.has("error")).as("%s: %s", text, answer).isFalse();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try {
            Draft draft = new Gunicorn(new Surroundings(Map.of(), directory, stream, stream), directory)
                    .draft(new GunicornDocument(answer), "/usr/bin/python3", List.of());
            String expected = parts.length == 1 ? "" : parts[1].strip().replace("${dir}", directory.toString());
            Map<String, String> values = new HashMap<>(draft.values());
            values.put("environment", IniValue.environment(draft.environment()));
            return new Row(parts[0].strip(), expected, values, err.toString(StandardCharsets.UTF_8));
        } catch (IOException | RefusedException e) {
            throw new AssertionError(text, e);
        }
    }

    private static List<String> resolve(Path directory, List<String> lines) throws Exception {
        Path input = Files.write(directory.resolve("lines"), lines);
        Path output = directory.resolve("answers");
        ProcessBuilder builder = new ProcessBuilder(
                        "/usr/bin/python3",
                        Path.of("src/test/python/many_configs.py")
                                .toAbsolutePath()
                                .toString(),
                        Path.of("src/main/python").toAbsolutePath().toString())
                .directory(directory.toFile())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(directory.resolve("errors").toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(directory.resolve("errors")))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    @TestFactory
    Stream<DynamicTest> settingBecomes() throws Exception {
        return map(BECOMES).stream()
                .map(row -> DynamicTest.dynamicTest(row.line() + ": " + row.expected(), () -> {
                    String[] pair = row.expected().split("=", 2);
                    assertThat(row.values()).as(row.err()).containsEntry(pair[0], pair[1]);
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatHasNoEffectIsSaidInOneLine() throws Exception {
        return map(NOTES).stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.line(),
                        () -> assertThat(row.err())
                                .startsWith("corral: " + row.expected())
                                .hasLineCount(1)));
    }

    @TestFactory
    Stream<DynamicTest> whatIsTrueAnywayNeedsNoLine() throws Exception {
        return map(SILENT).stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.line(), () -> assertThat(row.err()).isEmpty()));
    }

    @Test
    void everyFlagIsInOneOfTheTables() throws Exception {
        String source = Files.readString(Path.of("src/test/java/corral/server/cli/GunicornTableTest.java"))
                + Files.readString(Path.of("src/test/java/corral/server/cli/GunicornTest.java"));
        List<String> flags = Files.readString(Path.of("src/main/python/corral_config.py"))
                .lines()
                .filter(line -> line.strip().startsWith("row(\""))
                .flatMap(line -> Stream.of(line.split("\"", -1)[3].split(" ", -1)))
                .filter(flag -> flag.startsWith("--"))
                .toList();
        assertThat(flags).hasSizeGreaterThan(80);
        for (String flag : flags) {
            String shown = flag.equals("--max-requests-jitter") ? "--max-requests-j" : flag;
            assertThat(source).as(flag).contains(shown);
        }
    }
}
