package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FgTest {
    private final Desk desk = Desk.attended();

    @BeforeEach
    void cat() {
        desk.daemon.process("cat", "cat", "RUNNING", 1).process("down", "down", "STOPPED", 0);
    }

    @Test
    void onlyOneRunningProcessCanBeJoined() throws Exception {
        assertThat(desk.run("fg")).startsWith("ERROR: no process name supplied\nfg <process>\t");
        assertThat(desk.run("fg a b")).isEqualTo("ERROR: too many process names supplied\n");
        assertThat(desk.run("fg nosuch")).isEqualTo("ERROR: bad process name supplied\n");
        assertThat(desk.run("fg down")).isEqualTo("ERROR: process not running\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void linesAreSentUntilTheEndOfInput() throws Exception {
        desk.user.types("one").types("");
        assertThat(desk.run("fg cat"))
                .startsWith("==> Press Ctrl-C to exit <==\n")
                .contains("Exiting foreground\n");
        assertThat(desk.daemon.calls).containsExactly("stdin cat one\n", "stdin cat \n");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void ctrlCLeavesTheProcessAndNotTheShell() throws Exception {
        desk.user.does(new InterruptedIOException());
        assertThat(desk.run("fg cat")).contains("Exiting foreground\n");
        assertThat(desk.goesOn()).isTrue();
    }

    @Test
    void aProcessThatIsGoneEndsIt() throws Exception {
        desk.user.types("x");
        desk.daemon.refuse("stdin cat x\n", Fault.NOT_RUNNING);
        assertThat(desk.run("fg cat")).contains("Process got killed\nExiting foreground\n");
    }

    @Test
    void anotherRefusalEndsItToo() throws Exception {
        desk.user.types("x");
        desk.daemon.refuse("stdin cat x\n", Fault.NO_FILE);
        assertThat(desk.run("fg cat")).contains("ERROR: <Fault 20: 'NO_FILE'>\nExiting foreground\n");
    }
}
