package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.Daemon.Identity;
import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import org.junit.jupiter.api.Test;

/** upgrade without a group: the daemon itself. */
class DaemonUpgradeTest {
    private static final Identity OLD = new Identity(7, "1", "1000", "");

    private final Desk desk = Desk.unattended();

    @Test
    void itWaitsForTheNextDaemonAndNamesBothVersions() throws Exception {
        is(OLD, OLD, new Identity(7, "2", "2000", ""));
        assertThat(desk.run("upgrade")).isEqualTo("corrald upgraded: version 1 to 2, pid 7\n");
        assertThat(desk.daemon.calls).containsExactly("upgrade");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void aRefusalIsShownWithItsReason() throws Exception {
        is(OLD);
        desk.daemon.refuse("upgrade", Fault.FAILED, "/opt/bin/corrald -t: exit status 1");
        assertThat(desk.run("upgrade")).isEqualTo("ERROR: not upgraded: /opt/bin/corrald -t: exit status 1\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void anOldDaemonThatGoesOnAfterItsAnswerSaysWhy() throws Exception {
        is(OLD, new Identity(7, "1", "1000", "execve: ENOENT"));
        assertThat(desk.run("upgrade")).isEqualTo("ERROR: not upgraded: execve: ENOENT\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void brokenConnectionsAreNoFailureAsLongAsTheNextDaemonAnswers() throws Exception {
        is(OLD, OLD, new Identity(7, "2", "2000", ""));
        desk.daemon.onUpgrade(new TransportException(Kind.LOST, "reset"));
        assertThat(desk.run("upgrade")).isEqualTo("corrald upgraded: version 1 to 2, pid 7\n");
    }

    @Test
    void anotherPidIsAFailure() throws Exception {
        is(OLD, new Identity(8, "2", "2000", ""));
        assertThat(desk.run("upgrade"))
                .startsWith("ERROR: corrald ended in the upgrade; another one, version 2, pid 8");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void aDaemonThatIsNoCorraldSaysSo() throws Exception {
        desk.daemon.refuse("identity", Fault.UNKNOWN_METHOD);
        assertThat(desk.run("upgrade"))
                .isEqualTo("ERROR: not upgraded: the daemon at unix:///run/s.sock cannot do that, only corrald can\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    private void is(Identity... identities) {
        for (Identity identity : identities) {
            desk.daemon.identities.add(identity);
        }
    }
}
