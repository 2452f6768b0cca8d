package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.ProcFs;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code preload_app}: one process loads the application, the workers are forked from it and are the daemon's own children. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class PreloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> WORKERS = List.of("web:worker-0", "web:worker-1");

    /** Answers what it is, as {@code name=value} lines. */
    private static final String APP = """
            import os
            LOADED_BY = os.getpid()
            BLOCK = [object() for _ in range(200000)]
            print("loaded")
            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    assert (await receive())["type"] == "lifespan.startup"
                    return await send({"type": "lifespan.startup.complete"})
                about = {"pid": os.getpid(), "loaded": LOADED_BY, "parent": os.getppid(), "group": os.getpgid(0),
                         "version": "VERSION", "uid": os.getuid(), "name": os.environ["SUPERVISOR_PROCESS_NAME"],
                         "umask": oct(os.umask(0o27)), "variable": os.environ.get("VARIABLE")}
                await send({"type": "http.response.start", "status": 200})
                await send({"type": "http.response.body", "body": "\\n".join("%s=%s" % i for i in about.items()).encode()})
            """;

    private Lab lab;
    private int port;
    private Path dir;

    @BeforeEach
    void choosePort(Lab given) throws IOException {
        lab = given;
        port = Servers.freePort();
    }

    private void write(String text) {
        try {
            Files.writeString(dir.resolve("preloaded.py"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunningDaemon start(String app, String lines) throws IOException {
        var builder = lab.daemon(Kind.CORRAL).programs("""
                [server:web]
                app=preloaded:app
                directory=${dir}
                python=/usr/bin/python3
                preload_app=true
                workers=2
                bind=127.0.0.1:%d
                environment=PYTHONDONTWRITEBYTECODE="1",VARIABLE="value"
                %s
                """.formatted(port, lines));
        dir = builder.dir();
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        write(app);
        return builder.start();
    }

    private RunningDaemon serving(String lines) throws IOException {
        RunningDaemon daemon = start(APP.replace("VERSION", "1"), lines);
        daemon.awaitState("web:front", "RUNNING");
        WORKERS.forEach(name -> daemon.awaitState(name, "RUNNING"));
        return daemon;
    }

    private Map<String, String> ask() {
        try (Wire wire = new Wire(port)) {
            wire.send("GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            Map<String, String> result = new TreeMap<>();
            for (Response response : wire.read(List.of("GET"), 1, LIMIT)) {
                response.body().lines().filter(line -> line.contains("=")).forEach(line -> {
                    int at = line.indexOf('=');
                    result.put(line.substring(0, at), line.substring(at + 1));
                });
            }
            return result;
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Waits until a worker of this pid answers; returns what it says. */
    private Map<String, String> ask(RunningDaemon daemon, String worker) {
        Map<String, String> answer = new TreeMap<>();
        daemon.until("answer of " + worker, () -> {
            answer.clear();
            answer.putAll(ask());
            return answer.getOrDefault("pid", "").equals(Long.toString(daemon.pid(worker)));
        });
        return answer;
    }

    @Test
    void workersAreForkedFromTheTemplateAndTheDaemonsOwn() throws IOException {
        try (RunningDaemon daemon = serving("umask=027")) {
            String template = Long.toString(daemon.awaitState("web:template", "RUNNING"));
            for (String worker : WORKERS) {
                assertThat(ask(daemon, worker))
                        .containsEntry("loaded", template)
                        .containsEntry("parent", daemon.text("supervisord.pid").strip())
                        .containsEntry("group", Long.toString(daemon.pid(worker)))
                        .containsEntry("name", worker.substring("web:".length()))
                        .containsEntry("umask", "0o27")
                        .containsEntry("variable", "value");
                Map<String, String> status = ProcFs.status(daemon.pid(worker));
                assertThat(status.get("SigBlk")).isEqualTo("0000000000000000");
                assertThat(ProcFs.descriptors(daemon.pid(worker)).get(2)).endsWith(worker + ".stderr");
            }
            daemon.until(
                    "the memory that they share",
                    () -> daemon.ctl("status", "web:template")
                            .out()
                            .matches("(?s).*, preloaded:app preloaded, 2 workers share [0-9]+\\.[0-9] MB\\s*"));
        }
    }

    @Test
    void whoDiesIsForkedAgainAndATemplateThatDiesTakesNobodyWithIt() throws IOException {
        try (RunningDaemon daemon = serving("")) {
            long template = daemon.awaitState("web:template", "RUNNING");
            long first = daemon.pid("web:worker-0");
            daemon.signal("KILL", first);
            daemon.until("another worker 0", () -> daemon.pid("web:worker-0") != first);
            assertThat(ask(daemon, "web:worker-0")).containsEntry("loaded", Long.toString(template));

            List<Long> workers = WORKERS.stream().map(daemon::pid).toList();
            daemon.signal("KILL", template);
            daemon.until("another template", () -> daemon.pid("web:template") != template);
            assertThat(WORKERS.stream().map(daemon::pid)).isEqualTo(workers);
            daemon.signal("KILL", workers.get(1));
            daemon.until("another worker 1", () -> {
                long pid = daemon.pid("web:worker-1");
                return pid != 0 && pid != workers.get(1);
            });
            assertThat(ask(daemon, "web:worker-1"))
                    .containsEntry("loaded", Long.toString(daemon.awaitState("web:template", "RUNNING")));
            assertThat(ask(daemon, "web:worker-0")).containsEntry("loaded", Long.toString(template));
        }
    }

    @Test
    void anApplicationThatCannotBeLoadedIsSaidOnceAndByEveryProcess() throws IOException {
        try (RunningDaemon daemon = start("import a_module_that_is_not_there\n", "startretries=1")) {
            daemon.awaitState("web:template", "FATAL");
            daemon.awaitState("web:worker-0", "FATAL");
            String reason = "ModuleNotFoundError: No module named 'a_module_that_is_not_there'";
            assertThat(daemon.ctl("status", "web:*").out())
                    .containsPattern("web:template +FATAL +" + reason)
                    .containsPattern("web:worker-0 +FATAL +web:template: " + reason);
            assertThat(daemon.ctl("start", "web:worker-0").exit()).isNotZero();
            write(APP);
            assertThat(daemon.ctl("start", "web:template", "web:worker-0").exit())
                    .isZero();
            assertThat(ask(daemon, "web:worker-0")).containsEntry("loaded", Long.toString(daemon.pid("web:template")));
        }
    }

    @Test
    void aWorkerThatWaitsForItsTemplateCanBeStopped() throws IOException {
        try (RunningDaemon daemon = start("import time\ntime.sleep(600)\n", "")) {
            daemon.awaitState("web:template", "STARTING");
            daemon.until(
                    "a worker that waits", () -> daemon.state("web:worker-0").equals("STARTING"));
            assertThat(daemon.pid("web:worker-0")).isZero();
            assertThat(daemon.ctl("stop", "web:worker-0").out()).contains("stopped");
            assertThat(daemon.state("web:worker-0")).isEqualTo("STOPPED");
        }
    }

    @Test
    void aReloadLoadsTheApplicationAnew() throws IOException {
        try (RunningDaemon daemon = serving("")) {
            long template = daemon.awaitState("web:template", "RUNNING");
            write(APP.replace("VERSION", "2"));
            var reload = daemon.ctl("reload", "web");
            assertThat(reload.exit()).as(reload.toString()).isZero();
            long next = daemon.pid("web:template");
            assertThat(next).isNotEqualTo(template);
            for (String worker : WORKERS) {
                assertThat(ask(daemon, worker))
                        .containsEntry("version", "2")
                        .containsEntry("loaded", Long.toString(next));
            }
            daemon.until("the old template to be gone", () -> !ProcFs.alive(template));

            write("raise ValueError('not today')\n");
            assertThat(daemon.ctl("reload", "web").toString()).contains("not today");
            assertThat(daemon.pid("web:template")).isEqualTo(next);
            assertThat(ask()).containsEntry("version", "2");
        }
    }

    @Test
    void workersHaveTheUserOfTheSection() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")));
        try (RunningDaemon daemon = serving("user=nobody")) {
            assertThat(ask().get("uid")).isNotEqualTo("0");
            assertThat(ProcFs.status(daemon.pid("web:worker-0")).get("Uid"))
                    .isEqualTo(ProcFs.status(daemon.pid("web:template")).get("Uid"));
            assertThat(ask())
                    .containsEntry("parent", daemon.text("supervisord.pid").strip());
        }
    }
}
