package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The daemon dies between two steps of what it does, at a place that has a name; the next one knows every child, has each once, and does what was
 * to be done.
 */
@CorralOnly("forgets its children")
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class FaultIT {
    private static final int SIGKILLED = 137;

    private static final String PROGRAMS = """
            [program:web]
            command=/bin/cat
            autorestart=true
            [program:limited]
            command=/bin/sleep 1000
            rlimit_core=0
            autorestart=true
            [program:once]
            command=/bin/sh -c "sleep 0.6; exit 3"
            startsecs=0
            exitcodes=3
            autorestart=unexpected
            """;

    private static final String LINES = """
            [program:lines]
            command=/bin/bash -c "i=0; until [ -e ${dir}/enough ]; do echo line $((++i)); [ $((i %% 50)) = 0 ] && sleep 0.01; done; echo all $i; exec sleep 1000"
            stdout_logfile=${dir}/lines.log
            stdout_logfile_maxbytes=4KB
            stdout_logfile_backups=100000
            """;

    private final Lab lab;

    FaultIT(Lab lab) {
        this.lab = lab;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spawn.recorded",
                "spawn.recorded@3",
                "spawn.stdio-open@2",
                "spawn.gated",
                "spawn.launched",
                "spawn.launched@2",
                "spawn.launched@3",
                "spawn.announced",
                "spawn.announced@3",
                "state.written",
                "state.written@2",
                "state.written@5",
                "state.written@8",
                "state.renamed",
                "state.renamed@3",
                "state.renamed@4",
                "state.renamed@6",
                "state.renamed@9"
            })
    void whoeverDiesWhileItStartsLeavesNoChildUnknown(String fault) throws Exception {
        try (RunningDaemon daemon = killed(PROGRAMS, fault).start()) {
            daemon.awaitState("web", "RUNNING");
            daemon.awaitState("limited", "RUNNING");
            daemon.awaitState("once", "EXITED");
            assertEveryoneIsKnownOnce(daemon);
        }
    }

    /** The next one of a daemon that died there by itself. */
    private DaemonBuilder killed(String programs, String fault) {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(programs).env("CORRALD_FAULT", fault);
        assertThat(builder.launch().awaitExit()).isEqualTo(SIGKILLED);
        return builder.env("CORRALD_FAULT", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit.seen", "exit.noted", "exit.reaped", "exit.told"})
    void whoeverDiesWhileAChildEndsKnowsOfIt(String fault) throws Exception {
        try (RunningDaemon daemon = killed(PROGRAMS, fault).start()) {
            daemon.awaitState("web", "RUNNING");
            daemon.awaitState("once", "EXITED");
            if (!fault.equals("exit.seen")) {
                // It was told how the child ended: that is expected, and no reason to start it again.
                assertThat(daemon.log()).contains("exited: once (exit status 3; expected)");
                assertThat(daemon.log().lines().filter(line -> line.contains("spawned: 'once'")))
                        .hasSize(1);
            }
            assertEveryoneIsKnownOnce(daemon);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop.recorded", "stop.signalled"})
    void whoeverDiesWhileItStopsAChildGoesOnWithThat(String fault) throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(PROGRAMS).env("CORRALD_FAULT", fault);
        RunningDaemon dying = builder.start();
        dying.awaitState("web", "RUNNING");
        dying.ctl("stop", "web");
        assertThat(dying.awaitExit()).isEqualTo(SIGKILLED);
        try (RunningDaemon daemon = builder.env("CORRALD_FAULT", "").start()) {
            daemon.awaitState("web", "STOPPED");
            daemon.awaitState("limited", "RUNNING");
            daemon.awaitState("once", "EXITED");
            assertEveryoneIsKnownOnce(daemon);
            assertThat(daemon.log().lines().filter(line -> line.contains("spawned: 'web'")))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rotate.rest-written@3",
                "rotate.rest-named@3",
                "rotate.truncated@3",
                "rotate.shifted@7",
                "rotate.moved@3",
                "rotate.done@3"
            })
    void whoeverDiesWhileItRotatesALogLosesNoLine(String fault) throws Exception {
        try (RunningDaemon daemon = killed(LINES, fault).start()) {
            Path log = daemon.dir().resolve("lines.log");
            daemon.awaitState("lines", "RUNNING");
            Files.createFile(daemon.dir().resolve("enough"));
            daemon.until("the last line", () -> Files.readString(log).contains("all "));
            List<String> lines = new ArrayList<>();
            for (Path file : oldestFirst(log)) {
                String text = Files.readString(file);
                assertThat(text).as("whole lines in %s", file).endsWith("\n");
                text.lines().forEach(lines::add);
            }
            for (int i = 0; i < lines.size() - 1; i++) {
                assertThat(lines.get(i)).isEqualTo("line " + (i + 1));
            }
            assertThat(lines.get(lines.size() - 1)).isEqualTo("all " + (lines.size() - 1));
            assertEveryoneIsKnownOnce(daemon);
        }
    }

    private static List<Path> oldestFirst(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log.getParent())) {
            return files.filter(file -> file.getFileName().toString().startsWith("lines.log"))
                    .sorted(Comparator.comparingInt((Path file) -> number(file)).reversed())
                    .toList();
        }
    }

    private static int number(Path file) {
        String suffix = file.getFileName().toString().substring("lines.log".length());
        return suffix.isEmpty() ? 0 : Integer.parseInt(suffix.substring(1));
    }

    /** What lives are the daemon and the children that it tells of, each once. */
    private static void assertEveryoneIsKnownOnce(RunningDaemon daemon) {
        Map<String, Long> told = new TreeMap<>();
        for (Object info : (List<?>) daemon.rpc("supervisor.getAllProcessInfo")) {
            Map<?, ?> struct = (Map<?, ?>) info;
            long pid = (Integer) struct.get("pid");
            if (pid != 0) {
                told.put((String) struct.get("name"), pid);
            }
        }
        List<Long> living =
                daemon.processes().stream().filter(pid -> pid != daemon.pid()).toList();
        assertThat(living)
                .as(() -> "living: "
                        + living.stream()
                                .map(pid -> pid + " " + ProcFs.commandLine(pid))
                                .collect(Collectors.joining(", "))
                        + "; told: " + told + "; " + daemon.story())
                .containsExactlyInAnyOrderElementsOf(told.values());
    }
}
