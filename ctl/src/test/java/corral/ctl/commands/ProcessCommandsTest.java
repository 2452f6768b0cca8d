package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.Outcome;
import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** start, stop, restart, signal, clear, pid. */
class ProcessCommandsTest {
    private final Desk desk = Desk.unattended();

    @Test
    void namesAreStartedInTheirOrder() throws Exception {
        assertThat(desk.run("start cat g:a")).isEqualTo("cat: started\ng:a: started\n");
        assertThat(desk.daemon.calls).containsExactly("start cat", "start g:a");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void corraldIsAskedForSeveralNamesAtOnce() throws Exception {
        desk.daemon.startsTogether = true;
        desk.daemon.outcomes =
                List.of(new Outcome("cat", "cat", 80, "OK"), new Outcome("g", "a", 50, "SPAWN_ERROR: g:a"));
        assertThat(desk.run("start cat g:a")).isEqualTo("cat: started\ng:a: ERROR (spawn error)\n");
        assertThat(desk.daemon.calls).containsExactly("startTogether cat g:a");
        assertThat(desk.exitCode()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_NAME, no such process, 1",
        "NO_FILE, no such file, 1",
        "NOT_EXECUTABLE, file is not executable, 1",
        "ALREADY_STARTED, already started, 0",
        "SPAWN_ERROR, spawn error, 7",
        "ABNORMAL_TERMINATION, abnormal termination, 7"
    })
    void aRefusedStartHasItsReasonAndCode(Fault fault, String reason, int code) throws Exception {
        desk.daemon.refuse("start x", fault);
        assertThat(desk.run("start x")).isEqualTo("x: ERROR (" + reason + ")\n");
        assertThat(desk.exitCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"BAD_NAME, no such process, 1", "NOT_RUNNING, not running, 0"})
    void aRefusedStopHasItsReasonAndCode(Fault fault, String reason, int code) throws Exception {
        desk.daemon.refuse("stop x", fault);
        assertThat(desk.run("stop x")).isEqualTo("x: ERROR (" + reason + ")\n");
        assertThat(desk.exitCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"BAD_NAME, no such process, 1", "NOT_RUNNING, not running, 7", "BAD_SIGNAL, bad signal name, 1"})
    void aRefusedSignalHasItsReasonAndCode(Fault fault, String reason, int code) throws Exception {
        desk.daemon.refuse("signal HUP x", fault);
        assertThat(desk.run("signal HUP x")).isEqualTo("x: ERROR (" + reason + ")\n");
        assertThat(desk.exitCode()).isEqualTo(code);
    }

    @Test
    void aFailedStopShowsTheFaultItself() throws Exception {
        desk.daemon.refuse("stop x", Fault.FAILED);
        assertThat(desk.run("stop x")).isEqualTo("FAILED\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void aFaultWithoutWordsIsAnErrorLine() throws Exception {
        desk.daemon.refuse("start x", Fault.SHUTDOWN_STATE);
        assertThat(desk.run("start x y"))
                .matches("error: <class 'ValueError'>, Unknown result code 6 for x: file: \\w+\\.java line: \\d+\n");
        assertThat(desk.exitCode()).isEqualTo(1);
        assertThat(desk.daemon.calls).containsExactly("start x");
    }

    @Test
    void allAnywhereMeansEverything() throws Exception {
        desk.daemon.outcomes = List.of(
                new Outcome("cat", "cat", 80, "OK"), new Outcome("g", "a", Fault.SPAWN_ERROR.code(), "SPAWN_ERROR"));
        assertThat(desk.run("start x all y")).isEqualTo("cat: started\ng:a: ERROR (spawn error)\n");
        assertThat(desk.daemon.calls).containsExactly("startAll");
        assertThat(desk.exitCode()).isEqualTo(7);
    }

    @Test
    void aStarOrNothingBehindTheColonIsTheGroup() throws Exception {
        desk.daemon.outcomes = List.of(new Outcome("g", "a", 80, "OK"));
        assertThat(desk.run("stop g:* g:")).isEqualTo("g:a: stopped\ng:a: stopped\n");
        assertThat(desk.run("signal 1 g:*")).isEqualTo("g:a: signalled\n");
        assertThat(desk.daemon.calls).containsExactly("stopGroup g", "stopGroup g", "signalGroup 1 g");
    }

    @Test
    void anUnknownGroupIsNamedAndTheRestGoesOn() throws Exception {
        desk.daemon.refuse("startGroup g", Fault.BAD_NAME).refuse("stopGroup g", Fault.BAD_NAME);
        assertThat(desk.run("start g:* cat")).isEqualTo("g: ERROR (no such group)\ncat: started\n");
        assertThat(desk.exitCode()).isEqualTo(2);
        assertThat(desk.run("stop g:*")).isEqualTo("g: ERROR (no such group)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"start, 2", "stop, 1", "restart, 1", "clear, 1"})
    void withoutNamesThereIsUsage(String command, int code) throws Exception {
        assertThat(desk.run(command))
                .startsWith("Error: " + command + " requires a process name\n" + command + " <name>\t\t")
                .endsWith("\n")
                .doesNotEndWith("\n\n");
        assertThat(desk.exitCode()).isEqualTo(code);
    }

    @Test
    void aSignalNeedsAName() throws Exception {
        assertThat(desk.run("signal HUP"))
                .startsWith("Error: signal requires a signal name and a process name\nsignal <signal name> <name>\t\t");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void restartStopsAllNamesBeforeItStartsAny() throws Exception {
        desk.daemon.refuse("stop b", Fault.NOT_RUNNING);
        assertThat(desk.run("restart a b")).isEqualTo("a: stopped\nb: ERROR (not running)\na: started\nb: started\n");
        assertThat(desk.daemon.calls).containsExactly("stop a", "stop b", "start a", "start b");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void clearKnowsNoGroups() throws Exception {
        desk.daemon.refuse("clear g:*", Fault.BAD_NAME).refuse("clear c", Fault.FAILED);
        assertThat(desk.run("clear g:* g:a c"))
                .isEqualTo("g:None: ERROR (no such process)\ng:a: cleared\nc: ERROR (failed)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void clearAllShowsEachOutcome() throws Exception {
        desk.daemon.outcomes = List.of(new Outcome("a", "a", 80, "OK"), new Outcome("g", "b", 30, "FAILED"));
        assertThat(desk.run("clear all")).isEqualTo("a: cleared\ng:b: ERROR (failed)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void pidIsOfTheDaemonOfAllOrOfNames() throws Exception {
        desk.daemon.process("a", "a", "RUNNING", 12).process("b", "b", "STOPPED", 0);
        assertThat(desk.run("pid")).isEqualTo("4711\n");
        assertThat(desk.run("pid all")).isEqualTo("12\n0\n");
        assertThat(desk.exitCode()).isZero();
        assertThat(desk.run("pid b")).isEqualTo("0\n");
        assertThat(desk.exitCode()).isEqualTo(7);
        assertThat(desk.run("pid nosuch a")).isEqualTo("No such process nosuch\n12\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }
}
