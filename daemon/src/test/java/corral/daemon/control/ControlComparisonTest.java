package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import corral.daemon.control.fake.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our server beside the real supervisord, and under the real supervisorctl, where they are installed. */
class ControlComparisonTest {
    private static final Path SUPERVISORD = Path.of("/usr/bin/supervisord");
    private static final String CONFIG = """
            [supervisord]
            logfile=%1$s/real.log
            pidfile=%1$s/real.pid
            childlogdir=%1$s
            nodaemon=true
            [unix_http_server]
            file=%1$s/real.sock
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            [program:cat]
            command=/bin/cat
            startsecs=0
            stdout_logfile=%1$s/cat.log
            stderr_logfile=NONE
            [program:one]
            command=/bin/cat
            autostart=false
            stdout_logfile=NONE
            stderr_logfile=NONE
            [program:slow]
            command=/bin/cat
            autostart=false
            stdout_logfile=NONE
            stderr_logfile=NONE
            [group:g]
            programs=one,slow
            """;

    @TempDir
    Path directory;

    private final List<Process> running = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        assumeThat(SUPERVISORD).exists();
        server = TestServer.start(directory);
        Path log = Files.writeString(directory.resolve("cat.log"), "hello world\n");
        Files.writeString(directory.resolve("real.conf"), CONFIG.formatted(directory));
        server.commands.add(Samples.running("cat", "cat", 4711, log, null));
        server.commands.add(Samples.stopped("g", "one"));
        server.commands.add(Samples.stopped("g", "slow"));
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : running) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void answersLikeTheOriginal() throws Exception {
        start(directory.resolve("real.out"), "/usr/bin/supervisord", "-c", directory + "/real.conf");
        waitFor(directory.resolve("real.log"), "success: cat entered RUNNING state");
        Path script = Path.of("src/test/python/compare_control.py").toAbsolutePath();
        Process compare =
                run("/usr/bin/python3", script.toString(), directory + "/real.sock", server.socket.toString());
        assertThat(output(compare)).endsWith(", 0 differ\n");
    }

    @Test
    void theRealCommandLineWorks() throws Exception {
        assertThat(ctl("status")).isEqualTo("""
                        cat                              RUNNING   pid 4711, uptime 0:00:03
                        g:one                            STOPPED   Not started
                        g:slow                           STOPPED   Not started
                        """);
        assertThat(ctl("pid")).isEqualTo(ProcessHandle.current().pid() + "\n");
        assertThat(ctl("version")).isEqualTo("4.2.5\n");
        assertThat(ctl("avail")).contains("g:one                            in use    auto      999:999\n");
        assertThat(ctl("tail", "cat")).isEqualTo("hello world\n\n");
        assertThat(ctl("tail", "-6", "cat")).isEqualTo("world\n\n");
        assertThat(ctl("tail", "nosuch")).isEqualTo("nosuch: ERROR (no such process name)\n");
        assertThat(ctl("tail", "-f", "nosuch")).contains("Cannot read, status code 404");
        assertThat(ctl("maintail")).isEqualTo("one\ntwo\n\n");
        assertThat(ctl("start", "cat", "g:*"))
                .isEqualTo("cat: ERROR (already started)\ng:one: started\ng:slow: started\n");
        assertThat(ctl("signal", "FOO", "cat")).isEqualTo("cat: ERROR (bad signal name)\n");
        assertThat(ctl("clear", "cat")).isEqualTo("cat: cleared\n");
        assertThat(ctl("reread")).isEqualTo("new: available\nold: disappeared\n");
    }

    @Test
    void theRealTailFollows() throws Exception {
        Path output = directory.resolve("tail.txt");
        start(output, ctlCommand("tail", "-f", "cat"));
        waitFor(output, "==> Press Ctrl-C to exit <==\nhello world\n");
        Files.writeString(directory.resolve("cat.log"), "grüße\n", StandardOpenOption.APPEND);
        waitFor(output, "hello world\ngrüße\n");
    }

    private String ctl(String... command) throws Exception {
        return output(run(ctlCommand(command)));
    }

    private String[] ctlCommand(String... command) {
        List<String> all = new ArrayList<>(
                List.of("/usr/bin/supervisorctl", "-c", directory + "/real.conf", "-s", "unix://" + server.socket));
        all.addAll(List.of(command));
        return all.toArray(new String[0]);
    }

    private Process run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        running.add(process);
        return process;
    }

    private void start(Path output, String... command) throws IOException {
        running.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start());
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static void waitFor(Path file, String text) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(file) || !Files.readString(file).contains(text)) {
            assertThat(System.nanoTime()).as("waiting for " + text).isLessThan(deadlineNs);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
