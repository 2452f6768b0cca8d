package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.Changes;
import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

/** reload GROUP, upgrade, scale, and update where the daemon can do it without a gap. */
class RollingCommandsTest {
    private final Desk desk = Desk.unattended();

    @Test
    void reloadOfGroupsAsksNobody() throws Exception {
        Desk attended = Desk.attended();
        assertThat(attended.run("reload web api:*")).isEqualTo("web: reloaded\napi: reloaded\n");
        assertThat(attended.daemon.calls).containsExactly("reload web", "reload api");
        assertThat(attended.exitCode()).isZero();
    }

    @Test
    void aFailureShowsTheTracebackOnStandardErrorAndInTheExitCode() throws Exception {
        desk.daemon.refuse("reload web", Fault.FAILED, "web: worker-0: exited\nTraceback: x\nValueError: 1");
        assertThat(desk.run("reload web other")).isEqualTo("other: reloaded\n");
        assertThat(desk.err()).isEqualTo("web: ERROR (worker-0: exited\nTraceback: x\nValueError: 1)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void upgradeNamesItsGroups() throws Exception {
        assertThat(desk.run("upgrade web")).isEqualTo("web: upgraded\n");
        assertThat(desk.daemon.calls).containsExactly("upgrade web");
        desk.daemon.refuse("upgrade nosuch", Fault.BAD_NAME, "nosuch");
        assertThat(desk.run("upgrade nosuch")).isEmpty();
        assertThat(desk.err()).isEqualTo("nosuch: ERROR (no such group)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void scaleTakesAGroupAndANumber() throws Exception {
        assertThat(desk.run("scale web 6")).isEqualTo("web: scaled to 6\n");
        assertThat(desk.run("scale web:* 0")).isEqualTo("web: scaled to 0\n");
        assertThat(desk.daemon.calls).containsExactly("scale web 6", "scale web 0");
    }

    @Test
    void scaleWithAnythingElseAsksNothingOfTheDaemon() throws Exception {
        assertThat(desk.run("scale web")).startsWith("Error: scale requires the name of a group and a number\n");
        assertThat(desk.run("scale web -1")).startsWith("Error: not a number of processes: -1\nscale <gname> <n>");
        assertThat(desk.run("scale web 12345678901")).startsWith("Error: not a number of processes");
        assertThat(desk.daemon.calls).isEmpty();
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void aDaemonThatIsNoCorraldSaysSo() throws Exception {
        desk.daemon.refuse("scale web 2", Fault.UNKNOWN_METHOD);
        assertThat(desk.run("scale web 2")).isEmpty();
        assertThat(desk.err())
                .isEqualTo("web: ERROR (the daemon at unix:///run/s.sock cannot do that, only corrald can)\n");
    }

    @Test
    void updateWithoutAGapStopsNothing() throws Exception {
        desk.daemon.rolls = true;
        desk.daemon.changes = new Changes(List.of(), List.of("web"), List.of());
        assertThat(desk.run("update")).isEqualTo("web: updated process group\n");
        assertThat(desk.daemon.calls).containsExactly("reread", "update web");
    }

    @Test
    void aFailedUpdateLeavesTheGroupAndGoesOnWithTheNext() throws Exception {
        desk.daemon.rolls = true;
        desk.daemon.changes = new Changes(List.of("new"), List.of("web"), List.of());
        desk.daemon.refuse("update web", Fault.FAILED, "web: worker-0: no module named x");
        assertThat(desk.run("update")).isEqualTo("new: added process group\n");
        assertThat(desk.err()).isEqualTo("web: ERROR (worker-0: no module named x)\n");
        assertThat(desk.daemon.calls).containsExactly("reread", "update web", "add new");
        assertThat(desk.exitCode()).isEqualTo(1);
    }
}
