package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands that do not end by themselves: fg and endless tails, with each command line and each daemon. */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class FollowIT {
    private static final String PROGRAMS = """
            [supervisord]
            loglevel=trace
            [program:cat]
            command=/bin/cat
            startsecs=0
            [program:typed]
            command=/bin/sh -c "while read line; do echo out $line; echo err $line >&2; done"
            startsecs=0
            """;

    private final Map<Kind, RunningDaemon> daemons = new EnumMap<>(Kind.class);

    @BeforeAll
    void start(Lab lab) {
        for (Kind kind : Kind.values()) {
            daemons.put(kind, lab.daemon(kind).programs(PROGRAMS).start());
        }
    }

    static Stream<Lane> lanes() {
        return Stream.of(
                new Lane(Kind.SUPERVISOR, Kind.CORRAL, false),
                new Lane(Kind.SUPERVISOR, Kind.CORRAL, true),
                new Lane(Kind.CORRAL, Kind.SUPERVISOR, false),
                new Lane(Kind.CORRAL, Kind.CORRAL, false),
                new Lane(Kind.CORRAL, Kind.CORRAL, true));
    }

    private RunningDaemon daemon(Lane lane) {
        RunningDaemon daemon = daemons.get(lane.server());
        daemon.awaitState("cat", "RUNNING");
        daemon.awaitState("typed", "RUNNING");
        return daemon;
    }

    private static Process follow(Lane lane, RunningDaemon daemon, String output, String... words) {
        return daemon.ctlStart(lane.client(), output, lane.address(daemon, List.of(words)));
    }

    /** Under the real command line, Ctrl-C is a Python exception that it turns into an exit. */
    private static void interrupt(RunningDaemon daemon, Process process) {
        daemon.signal("INT", process.pid());
        daemon.until("the end", () -> !process.isAlive());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void tailFollowsUntilInterrupted(Lane lane) {
        RunningDaemon daemon = daemon(lane);
        String output = "tail-" + lane.client() + lane.tcp();
        Process tail = follow(lane, daemon, output, "tail", "-f", "cat");
        for (String line : List.of("one\n", "two\n", "drei gr\u00fc\u00dfe\n")) {
            String sent = output + " " + line;
            daemon.rpc("supervisor.sendProcessStdin", "cat", sent);
            daemon.until(line, () -> daemon.utf8(output).contains(sent));
        }
        assertThat(daemon.text(output)).startsWith("==> Press Ctrl-C to exit <==\n");
        interrupt(daemon, tail);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void mainTailFollowsTheActivityLog(Lane lane) {
        RunningDaemon daemon = daemon(lane);
        String output = "maintail-" + lane.client() + lane.tcp();
        Process tail = follow(lane, daemon, output, "maintail", "-f");
        daemon.until("the beginning", () -> daemon.text(output).startsWith("==> Press Ctrl-C to exit <==\n"));
        daemon.rpc("supervisor.getIdentification");
        daemon.until("the call", () -> daemon.text(output).contains("called: supervisor.getIdentification()"));
        interrupt(daemon, tail);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void foregroundPassesLinesToTheProgramAndShowsBothOfItsStreams(Lane lane) throws Exception {
        RunningDaemon daemon = daemon(lane);
        String name = "fg-" + lane.client() + lane.tcp();
        String command = Distribution.ctl(lane.client()) + " -c supervisord.conf "
                + String.join(" ", lane.address(daemon, List.of("fg", "typed")));
        Process fg = daemon.shStart(
                name,
                "(echo " + name + "; until grep -q \"out " + name + "\" " + name + " && grep -q \"err " + name + "\" "
                        + name + "; do sleep 0.05; done) | " + command);
        daemon.until(
                "both streams",
                () -> daemon.text(name).contains("out " + name + "\n")
                        && daemon.text(name).contains("err " + name + "\n"));
        assertThat(daemon.text(name)).startsWith("==> Press Ctrl-C to exit <==\n");
        if (Distribution.ctl(lane.client()).equals(Distribution.ctl(Kind.SUPERVISOR))) {
            // It says goodbye at the end of its input, but one of its threads may never end.
            daemon.until("the farewell", () -> daemon.text(name).contains("Exiting foreground\n"));
            ProcFs.children(fg.pid()).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
        assertThat(fg.waitFor(RunningDaemon.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(daemon.text(name)).endsWith("Exiting foreground\n");
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void mainTailShowsTheLastBytes(Lane lane) {
        RunningDaemon daemon = daemon(lane);
        Outcome tail = daemon.ctl(lane.client(), lane.address(daemon, List.of("maintail", "-40")));
        assertThat(tail.exit()).isZero();
        assertThat(daemon.log()).contains(tail.out().substring(0, 40));
        assertThat(tail.out()).hasSize(41).endsWith("\n");
        Outcome usual = daemon.ctl(lane.client(), lane.address(daemon, List.of("maintail")));
        assertThat(usual.out().length()).isBetween(1000, 1601);
    }
}
