package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Our command line on a terminal. */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ShellIT {
    private static final String PROGRAMS = """
            [program:cat]
            command=/bin/cat
            startsecs=0
            [program:other]
            command=/bin/cat
            startsecs=0
            [program:down]
            command=/bin/cat
            autostart=false
            [group:team]
            programs=other
            """;

    private RunningDaemon daemon;
    private List<String> config;

    /** The daemon is the real one: only the command line is under test here. */
    @BeforeAll
    void start(Lab lab) {
        daemon = lab.daemon(Kind.SUPERVISOR).programs(PROGRAMS).start();
        daemon.awaitState("cat", "RUNNING");
        config = List.of("-c", daemon.dir().resolve("supervisord.conf").toString());
    }

    private List<String> texts(Kind client, List<String> arguments, List<String> lines) {
        return Terminal.type(daemon, client, arguments, lines).stream()
                .map(answer -> answer.typed() + " -> " + Normalise.output(answer.text(), daemon))
                .toList();
    }

    private void same(List<String> arguments, String... lines) {
        assertThat(texts(Kind.CORRAL, arguments, List.of(lines)))
                .isEqualTo(texts(Kind.SUPERVISOR, arguments, List.of(lines)));
    }

    @Test
    void shellAnswersAsSupervisorctlDoes() {
        same(
                config,
                "status",
                "status cat",
                "",
                "   ",
                "stop down",
                "pid cat down",
                "nonsense and more",
                "signal CONT team:*",
                "avail",
                "reread",
                "tail nosuch",
                "open nonsense",
                "help nosuch",
                "version",
                "fg down",
                "shutdown",
                "n",
                "reload",
                "",
                "quit");
    }

    @Test
    void endOfInputLeavesTheShell() {
        same(config, "status cat", "\\x04");
        same(config, "exit");
        same(config, "\\x03");
    }

    @Test
    void tabCompletesCommandsAndNames() {
        same(config, "stat\\tca\\t", "status tea\\toth\\t", "pi\\tdo\\t", "upd\\tte\\t", "quit");
    }

    @Test
    void missingPasswordIsAskedFor() {
        List<String> tcp = List.of("-s", "http://127.0.0.1:" + daemon.port());
        same(tcp, "user", "secret", "status cat", "quit");
    }

    @CorralOnly("only as far as Python's readline is installed")
    @Test
    void historyIsKeptFromOneSessionToTheNext() {
        List<String> withFile = List.of("-c", config.get(1), "-r", "history");
        Terminal.type(daemon, Kind.CORRAL, withFile, List.of("pid cat", "quit"));
        assertThat(daemon.text("history")).isEqualTo("pid cat\nquit\n");
        List<Terminal.Answer> next = Terminal.type(daemon, Kind.CORRAL, withFile, List.of("\\x1bOA\\x1bOA", "quit"));
        assertThat(Normalise.output(next.get(1).text(), daemon)).isEqualTo("N\n");
    }

    @CorralOnly("Supervisor has no colours")
    @Test
    void statesAreColouredOnATerminalOnly() {
        List<Terminal.Answer> answers =
                Terminal.type(daemon, Kind.CORRAL, List.of("-c", config.get(1), "status", "cat"), List.of());
        assertThat(answers.get(0).raw()).containsPattern("\u001b\\[[0-9;]*mRUNNING");
        assertThat(daemon.ctl(Kind.CORRAL, List.of("status", "cat")).out()).doesNotContain("\u001b");
    }

    @Test
    void helpKnowsEveryCommandOfSupervisorctl() {
        String real = daemon.ctl(Kind.SUPERVISOR, List.of("help")).out();
        String ours = daemon.ctl(Kind.CORRAL, List.of("help")).out();
        List<String> commands = real.lines()
                .skip(3)
                .flatMap(line -> List.of(line.trim().split("\\s+", -1)).stream())
                .filter(word -> !word.isEmpty())
                .toList();
        assertThat(commands).hasSizeGreaterThan(20);
        assertThat(List.of(ours.split("\\s+", -1))).containsAll(commands);
        assertThat(ours.lines()).allMatch(line -> line.length() <= 80);
        for (String command : List.of("start", "tail", "fg", "update")) {
            Outcome help = daemon.ctl(Kind.CORRAL, List.of("help", command));
            assertThat(help.exit()).isZero();
            assertThat(help.out()).startsWith(command);
        }
    }
}
