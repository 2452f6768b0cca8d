package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What any program can have beyond Supervisor: dependencies, health checks, inherited sockets, a limit of memory. */
@CorralOnly("has none of it")
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ProgramsIT {
    private static final String PROGRAM = "/usr/bin/python3 ${dir}/program.py ${dir}";

    private final Lab lab;

    ProgramsIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start(String programs) {
        return start(0, programs);
    }

    /** Starts a daemon with programs that may be {@code ${program}} and listen at {@code ${socket}}. */
    private RunningDaemon start(int port, String programs) {
        return lab.daemon(Kind.CORRAL)
                .file("program.py", resource())
                .programs(programs.replace("${program}", PROGRAM).replace("${socket}", Integer.toString(port)))
                .start();
    }

    private static String resource() {
        try (InputStream in = ProgramsIT.class.getResourceAsStream("/it/program.py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tell(RunningDaemon daemon, String name) {
        daemon.write(name, "");
    }

    private static void untell(RunningDaemon daemon, String name) {
        try {
            Files.delete(daemon.dir().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String status(RunningDaemon daemon, String process) {
        return daemon.ctl("status", process).out();
    }

    /** The pid of who answers, or an exception. */
    private static String get(int port) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
        connection.setReadTimeout(20_000);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aProgramWaitsUntilWhatItDependsOnIsReady() {
        try (RunningDaemon daemon = start("""
                [program:db]
                command=${program} wait
                notify=true
                autostart=false
                [program:web]
                command=/bin/cat
                startsecs=0
                depends_on=db
                priority=1
                """)) {
            daemon.until("db to be launched", () -> daemon.pid("db") != 0);
            assertThat(status(daemon, "web")).matches("web +STARTING +waiting for db\n");
            assertThat(status(daemon, "db")).matches("db +STARTING +pid \\d+, not ready yet\n");
            tell(daemon, "go");
            daemon.awaitState("web", "RUNNING");
            assertThat(daemon.state("db")).isEqualTo("RUNNING");
            assertThat(daemon.log().indexOf("success: db entered"))
                    .isPositive()
                    .isLessThan(daemon.log().indexOf("spawned: 'web'"));
            assertThat(daemon.ctl("stop", "all").exit()).isZero();
            Outcome started = daemon.ctl("start", "web");
            assertThat(started.out()).isEqualTo("web: started\n");
            assertThat(daemon.state("db")).isEqualTo("RUNNING");
        }
    }

    @Test
    void aStartFailsWithWhatItDependsOn() {
        try (RunningDaemon daemon = start("""
                [program:db]
                command=/bin/false
                autostart=false
                startretries=0
                [program:web]
                command=/bin/cat
                depends_on=db
                autostart=false
                """)) {
            Outcome started = daemon.ctl("start", "web");
            assertThat(started.out()).isEqualTo("web: ERROR (spawn error)\n");
            assertThat(started.exit()).isEqualTo(7);
            assertThat(status(daemon, "web"))
                    .matches(
                            "web +FATAL +db cannot be started: Exited too quickly \\(process log may have details\\)\n");
        }
    }

    @Test
    void anUnhealthyProgramIsRestarted() {
        int port = freePort();
        try (RunningDaemon daemon = start(port, """
                [program:web]
                command=${program}
                socket=127.0.0.1:${socket}
                healthcheck=http://127.0.0.1:${socket}/up
                healthcheck_interval=0.3
                healthcheck_retries=2
                backoff=0.2
                startretries=unlimited
                """)) {
            long pid = daemon.awaitState("web", "RUNNING");
            daemon.awaitLog("success: web entered RUNNING state, it is healthy");
            tell(daemon, "sick");
            daemon.awaitLog("'web' \\(" + pid + "\\) is unhealthy: status 503");
            daemon.until("another one", () -> daemon.pid("web") != pid && daemon.pid("web") != 0);
            assertThat(daemon.state("web")).isIn("STARTING", "BACKOFF");
            untell(daemon, "sick");
            assertThat(daemon.awaitState("web", "RUNNING")).isNotEqualTo(pid);
        }
    }

    @Test
    void aCommandThatFailsTellsWhyInTheStatus() {
        try (RunningDaemon daemon = start("""
                [program:job]
                command=/bin/cat
                directory=${dir}
                autorestart=false
                healthcheck=exec:/bin/sh -c 'test ! -e sick || { echo "$WHO is sick"; exit 1; }'
                healthcheck_interval=0.3
                healthcheck_retries=2
                environment=WHO="somebody"
                """)) {
            daemon.awaitState("job", "RUNNING");
            tell(daemon, "sick");
            daemon.until("the reason", () -> status(daemon, "job").contains("unhealthy"));
            assertThat(status(daemon, "job"))
                    .matches("job +RUNNING +pid \\d+, uptime 0:00:\\d\\d, unhealthy: somebody is sick\n");
            assertThat(daemon.ctl("status", "job").exit()).isZero();
            untell(daemon, "sick");
            daemon.awaitLog("'job' is healthy again");
            assertThat(daemon.log()).doesNotContain("reaped unknown pid");
        }
    }

    @Test
    void aCommandThatDoesNotEndIsKilledWithAllThatItStarted() {
        try (RunningDaemon daemon = start("""
                [program:job]
                command=/bin/cat
                directory=${dir}
                autorestart=false
                healthcheck=exec:/bin/sh -c 'test ! -e sick || { sleep 1234 & yes; }'
                healthcheck_interval=0.3
                healthcheck_timeout=0.5
                healthcheck_retries=1
                """)) {
            daemon.awaitState("job", "RUNNING");
            tell(daemon, "sick");
            daemon.until("the reason", () -> status(daemon, "job").contains("unhealthy: no end within 0.5 s"));
            untell(daemon, "sick");
            daemon.awaitLog("'job' is healthy again");
            daemon.until(
                    "the end of what it started",
                    () -> daemon.processes().stream()
                            .noneMatch(pid -> ProcFs.commandLine(pid).contains("1234")));
        }
    }

    @Test
    void aProgramThatGrowsIsRestarted() {
        try (RunningDaemon daemon = start("""
                [program:web]
                command=${program}
                notify=true
                max_memory=60MB
                """)) {
            long pid = daemon.awaitState("web", "RUNNING");
            tell(daemon, "grow");
            daemon.awaitLog("'web' \\(" + pid + "\\) has \\d+ MB of memory, max_memory is 60 MB");
            untell(daemon, "grow");
            daemon.until(
                    "another one",
                    () -> daemon.pid("web") != pid && daemon.state("web").equals("RUNNING"));
        }
    }

    @Test
    void aRestartWaitsAndAStopCancelsIt() {
        try (RunningDaemon daemon = start("""
                [program:web]
                command=/bin/cat
                startsecs=0
                autorestart=true
                restart_delay=3600
                """)) {
            daemon.signal("KILL", daemon.awaitState("web", "RUNNING"));
            daemon.awaitState("web", "EXITED");
            assertThat(status(daemon, "web")).matches("web +EXITED +restart in \\d+ s\n");
            assertThat(daemon.ctl("start", "web").out()).isEqualTo("web: started\n");
            daemon.signal("KILL", daemon.awaitState("web", "RUNNING"));
            daemon.awaitState("web", "EXITED");
            assertThat(daemon.ctl("stop", "web").out()).isEqualTo("web: stopped\n");
            assertThat(status(daemon, "web")).doesNotContain("restart");
        }
    }

    @Test
    void noRequestIsLostWhenProgramsThatShareASocketAreReplaced() throws Exception {
        int port = freePort();
        try (RunningDaemon daemon = start(port, """
                [program:web]
                command=${program}
                socket=127.0.0.1:${socket},unix:${dir}/web.sock
                socket_mode=0640
                notify=true
                rolling=true
                numprocs=2
                process_name=%(process_num)d
                stdout_logfile=${dir}/web.out
                """)) {
            daemon.awaitState("web:0", "RUNNING");
            daemon.awaitState("web:1", "RUNNING");
            assertThat(Files.getPosixFilePermissions(daemon.dir().resolve("web.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answers = new AtomicInteger();
            Set<String> pids = ConcurrentHashMap.newKeySet();
            List<Throwable> failures = new ArrayList<>();
            Thread client = new Thread(() -> {
                while (!over.get()) {
                    try {
                        pids.add(get(port));
                        answers.incrementAndGet();
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }
            });
            client.start();
            for (int i = 0; i < 3; i++) {
                int before = answers.get();
                daemon.until("requests", () -> answers.get() > before + 20);
                Outcome reload = daemon.ctl("reload", "web");
                assertThat(reload.exit()).as("%s", reload).isZero();
            }
            over.set(true);
            client.join();
            assertThat(failures).isEmpty();
            assertThat(pids).hasSizeGreaterThan(2);
            assertThat(daemon.text("web.out")).contains("sockets 2 web:web [True, True]");
        }
    }

    @Test
    void aSocketStaysOpenWhileItsProgramIsStopped() throws Exception {
        int port = freePort();
        try (RunningDaemon daemon = start(port, """
                [program:web]
                command=${program}
                socket=127.0.0.1:${socket}
                notify=true
                """)) {
            daemon.awaitState("web", "RUNNING");
            assertThat(daemon.ctl("stop", "web").exit()).isZero();
            List<String> answers = new ArrayList<>();
            Thread client = new Thread(() -> {
                try {
                    answers.add(get(port));
                } catch (IOException e) {
                    answers.add(e.toString());
                }
            });
            client.start();
            assertThat(daemon.ctl("start", "web").exit()).isZero();
            client.join();
            assertThat(answers).containsExactly(Long.toString(daemon.pid("web")));
        }
    }

    @Test
    void dependentsAreStoppedBeforeWhatTheyDependOn() {
        try (RunningDaemon daemon = start("""
                [program:a]
                command=/bin/cat
                startsecs=0
                priority=900
                [program:b]
                command=/bin/cat
                startsecs=0
                depends_on=a
                priority=10
                [program:c]
                command=/bin/cat
                startsecs=0
                depends_on=b
                priority=20
                """)) {
            daemon.awaitState("c", "RUNNING");
            daemon.signal("TERM", daemon.pid());
            daemon.awaitExit();
            String text = daemon.log();
            assertThat(text.indexOf("stopped: c")).isPositive().isLessThan(text.indexOf("stopped: b"));
            assertThat(text.indexOf("stopped: b")).isLessThan(text.indexOf("stopped: a"));
        }
    }
}
