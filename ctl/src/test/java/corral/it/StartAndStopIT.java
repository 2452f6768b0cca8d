package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How real children of every kind are started, signalled and stopped (spec/supervisor.md 3). */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class StartAndStopIT {
    private static final String PROGRAMS = """
            [supervisord]
            loglevel=debug
            [program:family]
            command=/bin/sh -c "sleep 1000 & sleep 1000 & echo ready; wait"
            stopasgroup=true
            [program:orphans]
            command=/bin/sh -c "sleep 1000 & echo ready; wait"
            [program:tough]
            command=/bin/sh -c "trap : TERM; sleep 1000 & echo ready; while :; do wait; done"
            stopwaitsecs=1
            killasgroup=true
            [program:stubborn]
            command=/bin/sh -c "trap 'echo no' TERM; echo ready; while :; do sleep 0.05; done"
            stopwaitsecs=1
            [program:polite]
            command=/bin/sh -c "trap 'echo usr1; exit 5' USR1; echo ready; while :; do sleep 0.05; done"
            stopsignal=USR1
            exitcodes=5
            [program:numeric]
            command=/bin/sh -c "trap 'echo int; exit 0' INT; echo ready; while :; do sleep 0.05; done"
            stopsignal=2
            [program:hup]
            command=/bin/sh -c "trap 'echo hup' HUP; sleep 1000 & echo ready; while :; do sleep 0.05; done"
            stopasgroup=true
            [program:dies]
            command=/bin/sh -c "exit 3"
            autostart=false
            startretries=2
            [program:retrying]
            command=/bin/sh -c "exit 3"
            autostart=false
            startretries=1000
            [program:early]
            command=/bin/sh -c "exit 0"
            autostart=false
            autorestart=false
            startretries=0
            [program:missing]
            command=/no/such/program
            autostart=false
            startretries=0
            [program:unfound]
            command=no-such-program
            autostart=false
            startretries=0
            [program:plainfile]
            command=${dir}/supervisord.conf
            autostart=false
            startretries=0
            [program:folder]
            command=/usr
            autostart=false
            startretries=0
            [program:quote]
            command=/bin/echo "open
            autostart=false
            startretries=0
            [program:nothing]
            command=
            autostart=false
            startretries=0
            [program:nowhere]
            command=/bin/cat
            directory=/no/such/folder
            autostart=false
            startretries=0
            stderr_logfile=${dir}/nowhere.err
            [program:notbinary]
            command=${dir}/notbinary
            autostart=false
            startretries=0
            stderr_logfile=${dir}/notbinary.err
            [program:bypath]
            command=tool one
            environment=PATH="${dir}/tools:/bin"
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/bypath.log
            [program:words]
            command=/usr/bin/printf '%%s|' plain "two words" 'it'"'"'s' a\\ b "q\\"q" $HOME ~ * a#x
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/words.log
            [program:reader]
            command=/bin/cat
            stdout_logfile=${dir}/reader.log
            stdout_logfile_maxbytes=0
            """;

    private RunningDaemon daemon;

    @BeforeAll
    void start(Lab lab) throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs(PROGRAMS)
                .file("notbinary", "no interpreter, no program\n")
                .file("tool", "#!/bin/sh\necho wrong tool\n");
        java.nio.file.Path tool = java.nio.file.Files.createDirectory(
                        builder.dir().resolve("tools"))
                .resolve("tool");
        java.nio.file.Files.writeString(tool, "#!/bin/sh\necho tool $1\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        assertThat(builder.dir().resolve("notbinary").toFile().setExecutable(true))
                .isTrue();
        daemon = builder.start();
    }

    /** Waits until a program runs and has said that it is ready for signals. */
    private long ready(String program) {
        long pid = daemon.awaitState(program, "RUNNING");
        daemon.until(program + " is ready", () -> stdout(program).contains("ready"));
        return pid;
    }

    private String stdout(String program) {
        return (String) daemon.rpc("supervisor.readProcessStdoutLog", program, 0, 0);
    }

    private int fault(String method, Object... params) {
        try {
            daemon.rpc(method, params);
            return 0;
        } catch (RpcFault e) {
            return e.code();
        }
    }

    @Test
    void stopasgroupTakesGrandchildrenAlong() {
        long pid = ready("family");
        assertThat(ProcFs.group(pid)).hasSize(3);
        daemon.rpc("supervisor.stopProcess", "family");
        daemon.until("the group is empty", () -> ProcFs.group(pid).isEmpty());
    }

    @Test
    void withoutStopasgroupGrandchildrenStay() {
        long pid = ready("orphans");
        daemon.rpc("supervisor.stopProcess", "orphans");
        List<Long> left = ProcFs.group(pid);
        left.forEach(grandchild -> daemon.signal("KILL", grandchild));
        assertThat(left).hasSize(1);
    }

    @Test
    void killasgroupKillsGrandchildrenAfterTheWait() {
        long pid = ready("tough");
        daemon.rpc("supervisor.stopProcess", "tough");
        daemon.until("the group is empty", () -> ProcFs.group(pid).isEmpty());
    }

    @Test
    void ignoringTermEndsByKillAfterStopwaitsecs() {
        long pid = ready("stubborn");
        long before = System.nanoTime();
        daemon.rpc("supervisor.stopProcess", "stubborn");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(950));
        assertThat(ProcFs.alive(pid)).isFalse();
        assertThat(stdout("stubborn")).contains("no");
        assertThat(daemon.info("stubborn").get("exitstatus")).isEqualTo(-1);
        assertThat(daemon.state("stubborn")).isEqualTo("STOPPED");
        assertThat(LogLine.about(daemon.log(), "stubborn").stream().filter(line -> !line.contains("output")))
                .contains(
                        "DEBG killing stubborn (pid N) with signal SIGTERM",
                        "WARN killing 'stubborn' pid N with SIGKILL",
                        "DEBG killing stubborn (pid N) with signal SIGKILL",
                        "WARN stopped: stubborn (terminated by SIGKILL)");
    }

    @ParameterizedTest
    @CsvSource({
        "polite, usr1, INFO stopped: polite (exit status 5)",
        "numeric, int, INFO stopped: numeric (exit status 0)"
    })
    void stopsignalIsSentByNameOrNumber(String program, String said, String logged) {
        ready(program);
        daemon.rpc("supervisor.stopProcess", program);
        assertThat(stdout(program)).contains(said);
        assertThat(LogLine.about(daemon.log(), "stopped: " + program)).containsExactly(logged);
    }

    @Test
    void signalGoesToTheProcessAndNotItsGroup() {
        long pid = ready("hup");
        daemon.rpc("supervisor.signalProcess", "hup", "HUP");
        daemon.until("the signal", () -> stdout("hup").contains("hup"));
        assertThat(ProcFs.group(pid)).hasSizeGreaterThanOrEqualTo(2);
        assertThat(daemon.state("hup")).isEqualTo("RUNNING");
        assertThat(daemon.pid("hup")).isEqualTo(pid);
    }

    @Test
    void exitAtOnceIsRetriedWithGrowingDelaysAndThenFatal() {
        assertThat(fault("supervisor.startProcess", "dies")).isEqualTo(50);
        daemon.awaitState("dies", "FATAL");
        String log = daemon.log();
        List<String> lines = LogLine.about(log, "dies").stream()
                .filter(line -> !line.startsWith("DEBG"))
                .toList();
        String spawned = "INFO spawned: 'dies' with pid N";
        String exited = "WARN exited: dies (exit status 3; not expected)";
        assertThat(lines)
                .containsExactly(
                        spawned,
                        exited,
                        spawned,
                        exited,
                        spawned,
                        exited,
                        "INFO gave up: dies entered FATAL state, too many start retries too quickly");
        List<LocalDateTime> starts = LogLine.parse(log).stream()
                .filter(line -> line.message().startsWith("spawned: 'dies'"))
                .map(LogLine::time)
                .toList();
        // The original counts whole seconds from a time that it took before the exit.
        assertThat(Duration.between(starts.get(0), starts.get(1))).isGreaterThan(Duration.ofMillis(950));
        assertThat(Duration.between(starts.get(1), starts.get(2))).isGreaterThan(Duration.ofMillis(1950));
        assertThat(daemon.info("dies").get("spawnerr")).isEqualTo("Exited too quickly (process log may have details)");
    }

    @Test
    void stopWhileWaitingForARetryIsImmediate() {
        daemon.rpc("supervisor.startProcess", "retrying", false);
        daemon.awaitState("retrying", "BACKOFF");
        daemon.rpc("supervisor.stopProcess", "retrying");
        assertThat(daemon.state("retrying")).isEqualTo("STOPPED");
    }

    @Test
    void expectedExitBeforeStartsecsIsAFailureAllTheSame() {
        assertThat(fault("supervisor.startProcess", "early")).isEqualTo(50);
        daemon.awaitState("early", "FATAL");
        assertThat(LogLine.about(daemon.log(), "early")).contains("WARN exited: early (exit status 0; not expected)");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, 20, can't find command '/no/such/program'",
        "unfound, 20, can't find command 'no-such-program'",
        "plainfile, 21, command at 'DIR/supervisord.conf' is not executable",
        "folder, 21, command at '/usr' is a directory",
        "nothing, 21, command is empty"
    })
    void whatCannotBeStartedIsRefusedByNameOfTheReason(String program, int fault, String reason) {
        String expected = reason.replace("DIR", daemon.dir().toString());
        assertThatThrownBy(() -> daemon.rpc("supervisor.startProcess", program))
                .isInstanceOf(RpcFault.class)
                .hasMessageStartingWith(fault + " ")
                .hasMessageEndingWith(": " + expected);
        assertThat(daemon.state(program)).isEqualTo("STOPPED");
    }

    @Test
    void openQuoteIsRefused() {
        assertThatThrownBy(() -> daemon.rpc("supervisor.startProcess", "quote"))
                .hasMessage("21 NOT_EXECUTABLE: can't parse command '/bin/echo \"open': No closing quotation");
    }

    @Test
    void missingDirectoryIsToldInTheProgramsOwnLog() {
        assertThat(fault("supervisor.startProcess", "nowhere")).isEqualTo(50);
        daemon.awaitState("nowhere", "FATAL");
        assertThat(daemon.text("nowhere.err")).isEqualTo("""
                        supervisor: couldn't chdir to /no/such/folder: ENOENT
                        supervisor: child process was not spawned
                        """);
        assertThat(daemon.info("nowhere").get("spawnerr"))
                .isIn("Exited too quickly (process log may have details)", "couldn't chdir to /no/such/folder: ENOENT");
    }

    @Test
    void whatTheKernelCannotExecuteIsToldInTheProgramsOwnLog() {
        assertThat(fault("supervisor.startProcess", "notbinary")).isEqualTo(50);
        daemon.awaitState("notbinary", "FATAL");
        assertThat(daemon.text("notbinary.err"))
                .isEqualTo("supervisor: couldn't exec " + daemon.dir().resolve("notbinary") + ": ENOEXEC\n"
                        + "supervisor: child process was not spawned\n");
    }

    @Test
    void commandIsFoundInThePathOfItsOwnEnvironment() {
        daemon.until("output", () -> daemon.text("bypath.log").equals("tool one\n"));
    }

    @Test
    void commandIsSplitAsAShellWouldButNothingIsExpanded() {
        daemon.until("output", () -> daemon.text("words.log").endsWith("#x|"));
        assertThat(daemon.text("words.log")).isEqualTo("plain|two words|it's|a b|q\"q|$HOME|~|*|a#x|");
    }

    @Test
    void standardInputArrivesWholeHoweverMuchItIs() {
        daemon.awaitState("reader", "RUNNING");
        String line = "x".repeat(1023) + "\n";
        String block = line.repeat(100);
        for (int i = 0; i < 20; i++) {
            daemon.rpc("supervisor.sendProcessStdin", "reader", block);
        }
        daemon.until("all of it", () -> daemon.text("reader.log").length() == 20 * block.length());
        assertThat(daemon.text("reader.log")).isEqualTo(block.repeat(20));
    }
}
