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
        return lab.daemon(Kind.CORRAL)
                .file("program.py", resource())
                .programs(programs)
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
        try (RunningDaemon daemon = start("[program:db]\ncommand=" + PROGRAM + " wait\nnotify=true\nautostart=false\n"
                + "[program:web]\ncommand=/bin/cat\nstartsecs=0\ndepends_on=db\npriority=1\n")) {
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
        try (RunningDaemon daemon = start("[program:db]\ncommand=/bin/false\nautostart=false\nstartretries=0\n"
                + "[program:web]\ncommand=/bin/cat\ndepends_on=db\nautostart=false\n")) {
            Outcome started = daemon.ctl("start", "web");
            assertThat(started.out()).isEqualTo("web: ERROR (spawn error)\n");
            assertThat(started.exit()).isEqualTo(7);
            assertThat(status(daemon, "web"))
                    .matches("web +FATAL +db cannot be started: Exited too quickly \\(process log may have details\\)\n");
        }
    }

    @Test
    void anUnhealthyProgramIsRestarted() {
        int port = freePort();
        try (RunningDaemon daemon = start("[program:web]\ncommand=" + PROGRAM + "\nsocket=127.0.0.1:" + port
                + "\nhealthcheck=http://127.0.0.1:" + port
                + "/up\nhealthcheck_interval=0.3\nhealthcheck_retries=2\nbackoff=0.2\nstartretries=unlimited\n")) {
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
        try (RunningDaemon daemon = start("[program:job]\ncommand=/bin/cat\ndirectory=${dir}\nautorestart=false\n"
                + "healthcheck=exec:/bin/sh -c 'test ! -e sick || { echo \"$WHO is sick\"; exit 1; }'\n"
                + "healthcheck_interval=0.3\nhealthcheck_retries=2\nenvironment=WHO=\"somebody\"\n")) {
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
        try (RunningDaemon daemon = start("[program:job]\ncommand=/bin/cat\ndirectory=${dir}\nautorestart=false\n"
                + "healthcheck=exec:/bin/sh -c 'test ! -e sick || { sleep 1234 & yes; }'\n"
                + "healthcheck_interval=0.3\nhealthcheck_timeout=0.5\nhealthcheck_retries=1\n")) {
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
        try (RunningDaemon daemon =
                start("[program:web]\ncommand=" + PROGRAM + "\nnotify=true\nmax_memory=60MB\n")) {
            long pid = daemon.awaitState("web", "RUNNING");
            tell(daemon, "grow");
            daemon.awaitLog("'web' \\(" + pid + "\\) has \\d+ MB of memory, max_memory is 60 MB");
            untell(daemon, "grow");
            daemon.until("another one", () -> daemon.pid("web") != pid && daemon.state("web").equals("RUNNING"));
        }
    }

    @Test
    void aRestartWaitsAndAStopCancelsIt() {
        try (RunningDaemon daemon =
                start("[program:web]\ncommand=/bin/cat\nstartsecs=0\nautorestart=true\nrestart_delay=3600\n")) {
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
        try (RunningDaemon daemon = start("[program:web]\ncommand=" + PROGRAM + "\nsocket=127.0.0.1:" + port
                + ",unix:${dir}/web.sock\nsocket_mode=0640\nnotify=true\nrolling=true\nnumprocs=2\n"
                + "process_name=%(process_num)d\nstdout_logfile=${dir}/web.out\n")) {
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
        try (RunningDaemon daemon =
                start("[program:web]\ncommand=" + PROGRAM + "\nsocket=127.0.0.1:" + port + "\nnotify=true\n")) {
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
        try (RunningDaemon daemon = start("[program:a]\ncommand=/bin/cat\nstartsecs=0\npriority=900\n"
                + "[program:b]\ncommand=/bin/cat\nstartsecs=0\ndepends_on=a\npriority=10\n"
                + "[program:c]\ncommand=/bin/cat\nstartsecs=0\ndepends_on=b\npriority=20\n")) {
            daemon.awaitState("c", "RUNNING");
            daemon.signal("TERM", daemon.pid());
            daemon.awaitExit();
            String text = daemon.log();
            assertThat(text.indexOf("stopped: c")).isPositive().isLessThan(text.indexOf("stopped: b"));
            assertThat(text.indexOf("stopped: b")).isLessThan(text.indexOf("stopped: a"));
        }
    }
}
