package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** In which order programs are started and stopped (spec/supervisor.md 3.5). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class OrderIT {
    private static final String PROGRAMS = """
            [supervisord]
            loglevel=debug
            [program:e]
            command=/bin/cat
            startsecs=0
            priority=5
            [program:d]
            command=/bin/cat
            startsecs=0
            priority=1
            [program:z]
            command=/bin/cat
            startsecs=0
            [program:a]
            command=/bin/cat
            startsecs=0
            [program:num]
            command=/bin/cat
            process_name=n%(process_num)d
            numprocs=3
            numprocs_start=9
            startsecs=0
            priority=3
            [program:y]
            command=/bin/cat
            startsecs=0
            priority=9
            [program:x]
            command=/bin/cat
            startsecs=0
            priority=8
            [group:team]
            programs=y,x
            priority=2
            """;

    /** By priority, then by name; in a group as it lists its programs; numbers in the order of their text. */
    private static final List<String> ASCENDING = List.of("d", "y", "x", "n10", "n11", "n9", "e", "a", "z");

    private final Lab lab;

    OrderIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start() {
        RunningDaemon daemon = lab.daemon(Kind.CORRAL).programs(PROGRAMS).start();
        daemon.awaitState("z", "RUNNING");
        return daemon;
    }

    /** The first group of every message that matches, in the order of the log from a place on. */
    private static List<String> names(RunningDaemon daemon, int from, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return LogLine.parse(daemon.log().substring(from)).stream()
                .map(line -> pattern.matcher(line.message()))
                .filter(java.util.regex.Matcher::matches)
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void programsAreStartedByPriority() {
        try (RunningDaemon daemon = start()) {
            assertThat(names(daemon, 0, "spawned: '(\\w+)' .*")).isEqualTo(ASCENDING);
        }
    }

    @Test
    void allAreSignalledInAscendingOrderWhenAllAreStoppedAndStartedAgainSo() {
        try (RunningDaemon daemon = start()) {
            int from = daemon.log().length();
            daemon.rpc("supervisor.stopAllProcesses");
            List<String> killed = names(daemon, from, "killing (\\w+) .*");
            assertThat(killed).containsSubsequence("d", "n10", "e", "a");
            assertThat(killed).containsSubsequence("d", "x", "e", "z").hasSize(9);
            int then = daemon.log().length();
            daemon.rpc("supervisor.startAllProcesses");
            assertThat(names(daemon, then, "spawned: '(\\w+)' .*"))
                    .containsSubsequence("d", "n10", "e", "a")
                    .hasSize(9);
        }
    }

    @Test
    void groupsAreStoppedOneAfterAnotherFromTheHighestNumberAtTheEnd() {
        try (RunningDaemon daemon = start()) {
            int from = daemon.log().length();
            daemon.signal("TERM", daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
            List<String> events = names(daemon, from, "(killing \\w+|stopped: \\w+).*");
            assertThat(events)
                    .containsSubsequence(
                            "killing z", "stopped: z", "killing e", "stopped: e", "killing d", "stopped: d");
            assertThat(events).containsSubsequence("stopped: e", "killing n9", "stopped: n9", "killing y");
            assertThat(events).containsSubsequence("killing x", "stopped: x", "killing d");
        }
    }
}
