package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.Changes;
import corral.ctl.daemon.ConfigInfo;
import corral.ctl.daemon.Outcome;
import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** avail, reread, add, remove, update. */
class ConfigCommandsTest {
    private final Desk desk = Desk.unattended();

    @Test
    void availShowsFourColumns() throws Exception {
        desk.daemon.configuration = List.of(
                new ConfigInfo("cat", "cat", true, true, 999, 998), new ConfigInfo("g", "a", false, false, -1, 5));
        assertThat(desk.run("avail")).isEqualTo("""
                    cat                              in use    auto      999:998
                    g:a                              avail     manual    -1:5
                    """);
    }

    @Test
    void rereadShowsChangesSortedByName() throws Exception {
        desk.daemon.changes = new Changes(List.of("z", "b"), List.of("c"), List.of("a"));
        assertThat(desk.run("reread")).isEqualTo("a: disappeared\nb: available\nc: changed\nz: available\n");
        desk.daemon.changes = new Changes(List.of(), List.of(), List.of());
        assertThat(desk.run("reread")).isEqualTo("No config updates to processes\n");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void rereadShowsWhyItWasRefused() throws Exception {
        desk.daemon.refuse("reread", Fault.CANT_REREAD);
        assertThat(desk.run("reread")).isEqualTo("ERROR: CANT_REREAD\n");
        desk.daemon.refuse("reread", Fault.SHUTDOWN_STATE);
        assertThat(desk.run("reread")).isEqualTo("ERROR: supervisor shutting down\n");
        assertThat(desk.run("update")).isEqualTo("ERROR: already shutting down\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void updateRemovesThenReplacesThenAdds() throws Exception {
        desk.daemon.changes = new Changes(List.of("new"), List.of("chg"), List.of("old"));
        assertThat(desk.run("update")).isEqualTo("""
                    old: stopped
                    old: removed process group
                    chg: stopped
                    chg: updated process group
                    new: added process group
                    """);
        assertThat(desk.daemon.calls)
                .containsExactly(
                        "reread", "stopGroup old", "remove old", "stopGroup chg", "remove chg", "add chg", "add new");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void updateWithNothingToDoIsSilent() throws Exception {
        assertThat(desk.run("update")).isEmpty();
        assertThat(desk.run("update all")).isEmpty();
    }

    @Test
    void updateOfNamedGroupsLeavesTheOthers() throws Exception {
        desk.daemon.process("chg", "chg", "RUNNING", 1);
        desk.daemon.changes = new Changes(List.of("new", "other"), List.of("chg"), List.of());
        assertThat(desk.run("update new nosuch")).isEqualTo("ERROR: no such group: nosuch\nnew: added process group\n");
        assertThat(desk.exitCode()).isEqualTo(1);
        assertThat(desk.run("update chg all")).contains("other: added process group");
    }

    @Test
    void aGroupThatDoesNotStopIsNotRemoved() throws Exception {
        desk.daemon.changes = new Changes(List.of(), List.of(), List.of("old"));
        desk.daemon.outcomes = List.of(new Outcome("old", "old", Fault.FAILED.code(), "FAILED"));
        assertThat(desk.run("update")).isEqualTo("old: stopped\nold: has problems; not removing\n");
        assertThat(desk.daemon.calls).doesNotContain("remove old");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void addAndRemoveTakeNamesOneByOne() throws Exception {
        desk.daemon
                .refuse("add active", Fault.ALREADY_ADDED)
                .refuse("add nosuch", Fault.BAD_NAME)
                .refuse("remove up", Fault.STILL_RUNNING)
                .refuse("remove nosuch", Fault.BAD_NAME);
        assertThat(desk.run("add active")).isEqualTo("ERROR: process group already active\n");
        assertThat(desk.exitCode()).isZero();
        assertThat(desk.run("add nosuch new"))
                .isEqualTo("ERROR: no such process/group: nosuch\nnew: added process group\n");
        assertThat(desk.run("remove up nosuch old")).isEqualTo("""
                    ERROR: process/group still running: up
                    ERROR: no such process/group: nosuch
                    old: removed process group
                    """);
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void aFaultWithoutWordsIsAnErrorLine() throws Exception {
        desk.daemon.refuse("remove x", Fault.SHUTDOWN_STATE);
        assertThat(desk.run("remove x"))
                .startsWith("error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>: file: ");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"avail", "reread", "shutdown", "version"})
    void someCommandsTakeNoArguments(String command) throws Exception {
        assertThat(desk.run(command + " x")).startsWith("Error: " + command + " accepts no arguments\n" + command);
        assertThat(desk.exitCode()).isEqualTo(1);
        assertThat(desk.daemon.calls).isEmpty();
    }
}
