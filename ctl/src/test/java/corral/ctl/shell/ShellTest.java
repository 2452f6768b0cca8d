package corral.ctl.shell;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.fake.Desk;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShellTest {
    private final Desk desk = Desk.attended();
    private final AtomicInteger commands = new AtomicInteger();
    private final Shell shell = new Shell(desk.session, commands::incrementAndGet);

    @BeforeEach
    void cat() {
        desk.daemon.process("cat", "cat", "RUNNING", 1);
    }

    @Test
    void theStatusComesFirstAndQuitLast() {
        desk.user.types("version").types("").types("quit").types("version");
        shell.run("sup> ");
        assertThat(desk.takeOut()).startsWith("cat ").endsWith("\n4.2.5\n\n");
        assertThat(desk.user.prompts).containsExactly("sup> ", "sup> ", "sup> ");
        assertThat(commands).hasValue(3);
    }

    @Test
    void theEndOfInputQuits() {
        shell.run("sup> ");
        assertThat(desk.takeOut()).startsWith("cat ").endsWith("uptime 0:00:03\n\n");
    }

    @Test
    void ctrlCQuitsAtThePromptAndAtAQuestion() {
        desk.user.does(new InterruptedIOException());
        shell.run("sup> ");
        assertThat(desk.takeOut()).endsWith("uptime 0:00:03\n\n");
        desk.user.types("shutdown").does(new InterruptedIOException());
        shell.run("sup> ");
        assertThat(desk.takeOut()).endsWith("uptime 0:00:03\n\n");
        assertThat(desk.daemon.calls).isEmpty();
    }
}
