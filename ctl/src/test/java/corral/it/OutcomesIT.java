package corral.it;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a child after it ended by itself: every exit status, every signal, every restart policy. */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class OutcomesIT {
    /** Number and name, but for those that do not end a process and SIGPIPE and SIGXFSZ, which Supervisor's ignore. */
    private static final Map<Integer, String> SIGNALS = new TreeMap<>(Map.ofEntries(
            entry(1, "HUP"),
            entry(2, "INT"),
            entry(3, "QUIT"),
            entry(4, "ILL"),
            entry(5, "TRAP"),
            entry(6, "ABRT"),
            entry(7, "BUS"),
            entry(8, "FPE"),
            entry(9, "KILL"),
            entry(10, "USR1"),
            entry(11, "SEGV"),
            entry(12, "USR2"),
            entry(14, "ALRM"),
            entry(15, "TERM"),
            entry(16, "STKFLT"),
            entry(24, "XCPU"),
            entry(26, "VTALRM"),
            entry(27, "PROF"),
            entry(29, "POLL"),
            entry(30, "PWR"),
            entry(31, "SYS")));

    private static final String PROGRAMS = """
            [program:code]
            command=/bin/sh -c "exit %(process_num)d"
            process_name=code%(process_num)d
            numprocs=256
            startsecs=0
            autorestart=false
            stdout_logfile=NONE
            stderr_logfile=NONE
            [program:always]
            command=/bin/sh -c "sleep 0.1; exit 0"
            startsecs=0
            autorestart=true
            [program:failing]
            command=/bin/sh -c "sleep 0.1; exit 4"
            startsecs=0
            exitcodes=3
            [program:fine]
            command=/bin/sh -c "exit 3"
            startsecs=0
            exitcodes=0,3
            [program:never]
            command=/bin/sh -c "exit 1"
            startsecs=0
            autorestart=false
            [program:killed]
            command=/bin/sh -c "sleep 0.1; kill -KILL $$"
            startsecs=0
            exitcodes=9,137
            [program:like-killed]
            command=/bin/sh -c "exit 137"
            startsecs=0
            exitcodes=9,137
            [program:later]
            command=/bin/sh -c "sleep 1.5; exit 7"
            autorestart=false
            startsecs=1
            [program:quick]
            command=/bin/true
            startsecs=0
            """;

    private RunningDaemon daemon;

    @BeforeAll
    void start(Lab lab) {
        StringBuilder programs = new StringBuilder(PROGRAMS);
        SIGNALS.forEach((number, name) -> programs.append("[program:by")
                .append(name)
                .append("]\n")
                .append("command=/bin/sh -c \"ulimit -c 0; kill -")
                .append(number)
                .append(" $$; exec cat\"\n")
                .append("startsecs=0\nautorestart=false\nstdout_logfile=NONE\nstderr_logfile=NONE\n"));
        daemon = lab.daemon(Kind.CORRAL).programs(programs.toString()).start();
    }

    /** A JVM starts every process with SIGQUIT blocked, which Supervisor hands on to its children; corrald must not. */
    private static List<String> signals() {
        return SIGNALS.values().stream()
                .filter(signal -> !(Distribution.standIn() && signal.equals("QUIT")))
                .toList();
    }

    private Map<String, Map<?, ?>> infos() {
        return ((List<?>) daemon.rpc("supervisor.getAllProcessInfo"))
                .stream()
                        .map(info -> (Map<?, ?>) info)
                        .collect(Collectors.toMap(info -> (String) info.get("name"), info -> info));
    }

    @Test
    void each256ExitStatusIsReportedAsItIs() {
        daemon.until(
                "all have ended",
                () -> infos().values().stream()
                        .filter(info -> info.get("group").equals("code"))
                        .allMatch(info -> info.get("statename").equals("EXITED")));
        Map<String, Map<?, ?>> infos = infos();
        for (int code = 0; code < 256; code++) {
            assertThat(infos.get("code" + code).get("exitstatus")).isEqualTo(code);
        }
        assertThat(LogLine.about(daemon.log(), "exited: code"))
                .contains(
                        "INFO exited: code0 (exit status 0; expected)",
                        "WARN exited: code1 (exit status 1; not expected)",
                        "WARN exited: code137 (exit status 137; not expected)",
                        "WARN exited: code255 (exit status 255; not expected)");
    }

    @Test
    void eachSignalIsNamedAndIsNoExitStatus() {
        for (String signal : signals()) {
            daemon.awaitState("by" + signal, "EXITED");
        }
        Map<String, Map<?, ?>> infos = infos();
        for (String signal : signals()) {
            assertThat(infos.get("by" + signal).get("exitstatus")).as(signal).isEqualTo(-1);
            assertThat(LogLine.about(daemon.log(), "exited: by" + signal))
                    .containsExactly("WARN exited: by" + signal + " (terminated by SIG" + signal + "; not expected)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "failing", "killed"})
    void isRestartedAgainAndAgain(String program) {
        daemon.until(
                "three starts",
                () -> LogLine.about(daemon.log(), "spawned: '" + program + "'").size() >= 3);
        assertThat(daemon.state(program)).isIn("STARTING", "RUNNING", "EXITED");
    }

    @ParameterizedTest
    @CsvSource({"fine, 3, true", "never, 1, false", "like-killed, 137, true", "quick, 0, true", "later, 7, false"})
    void staysExited(String program, int status, boolean expected) {
        daemon.awaitState(program, "EXITED");
        assertThat(daemon.info(program).get("exitstatus")).isEqualTo(status);
        assertThat(LogLine.about(daemon.log(), program + " (exit"))
                .containsExactly((expected ? "INFO" : "WARN") + " exited: " + program + " (exit status " + status
                        + (expected ? "; expected)" : "; not expected)"));
        assertThat(LogLine.about(daemon.log(), "spawned: '" + program + "'")).hasSize(1);
    }

    @Test
    void stayingUpLongerThanStartsecsIsSuccess() {
        daemon.awaitState("later", "EXITED");
        assertThat(LogLine.about(daemon.log(), "success: later"))
                .containsExactly("INFO success: later entered RUNNING state, process has stayed up for > than 1 seconds"
                        + " (startsecs)");
    }
}
