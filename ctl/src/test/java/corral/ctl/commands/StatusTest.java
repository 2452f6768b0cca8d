package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.ProcessDetails;
import corral.ctl.daemon.ProcessUsage;
import corral.ctl.fake.Desk;
import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
    private final Desk desk = Desk.unattended();

    @Test
    void theTableHasFixedColumnsAndTrailingBlanks() throws Exception {
        desk.daemon.process("cat", "cat", "RUNNING", 9300).process("g", "a", "STARTING", 0);
        assertThat(desk.run("status")).isEqualTo("""
                    cat                              RUNNING   pid 9300, uptime 0:00:03
                    g:a                              STARTING \s
                    """);
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void aLongNameWidensTheColumn() throws Exception {
        String name = "x".repeat(31);
        desk.daemon.process(name, name, "RUNNING", 1);
        assertThat(desk.run("status")).startsWith(name + "   RUNNING   pid");
    }

    @Test
    void verboseTellsWhatEachProcessUses() throws Exception {
        desk.daemon.process("cat", "cat", "RUNNING", 9300).process("g", "a", "STOPPED", 0);
        desk.daemon.details(
                new ProcessDetails(
                        "cat",
                        "cat",
                        1,
                        Optional.of(new ProcessUsage(12.34, 3723.9, 47_185_920, 12, 4, "/corral-1/cat:cat.7"))),
                new ProcessDetails("g", "a", 0, Optional.empty()));
        assertThat(desk.run("status -v")).isEqualTo("""
                    cat                              RUNNING   pid 9300, uptime 0:00:03
                        cpu 12.3 % (1:02:03), memory 45.0 MB, 12 descriptors, 4 threads, 1 restart, cgroup /corral-1/cat:cat.7
                    g:a                              STOPPED  \s
                        0 restarts
                    """);
        assertThat(desk.run("status -v g:a")).doesNotContain("cat").contains("0 restarts");
        assertThat(desk.exitCode()).isEqualTo(3);
    }

    @Test
    void verboseOfADaemonThatDoesNotTellIsTheTableAndAWordOfIt() throws Exception {
        desk.daemon.process("cat", "cat", "RUNNING", 9300);
        assertThat(desk.run("status -v")).isEqualTo("""
                    cat                              RUNNING   pid 9300, uptime 0:00:03
                    error: this daemon does not tell what processes use
                    """);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, 0",
        "STARTING, 0",
        "BACKOFF, 0",
        "STOPPING, 0",
        "STOPPED, 3",
        "EXITED, 3",
        "FATAL, 3",
        "UNKNOWN, 3"
    })
    void whatIsDownForGoodSetsTheCode(String state, int code) throws Exception {
        desk.daemon.process("x", "x", state, 0);
        desk.run("status");
        assertThat(desk.exitCode()).isEqualTo(code);
    }

    @Test
    void namesAreShownAsGivenAndAsOftenAsGiven() throws Exception {
        desk.daemon
                .process("a", "a", "RUNNING", 1)
                .process("g", "x", "RUNNING", 2)
                .process("g", "y", "RUNNING", 3);
        assertThat(desk.run("status g:* a g:x").lines())
                .extracting(line -> line.substring(0, 3))
                .containsExactly("g:x", "g:y", "a  ", "g:x");
    }

    @Test
    void unknownNamesComeFirst() throws Exception {
        desk.daemon.process("a", "a", "RUNNING", 1);
        assertThat(desk.run("status a nosuch g:*"))
                .startsWith("nosuch: ERROR (no such process)\ng: ERROR (no such group)\na ");
        assertThat(desk.exitCode()).isEqualTo(4);
    }

    @Test
    void somethingDownOutweighsAnUnknownName() throws Exception {
        desk.daemon.process("a", "a", "STOPPED", 0);
        desk.run("status nosuch a");
        assertThat(desk.exitCode()).isEqualTo(3);
    }

    @Test
    void allAnywhereMeansEverything() throws Exception {
        desk.daemon.process("a", "a", "RUNNING", 1);
        assertThat(desk.run("status nosuch all")).startsWith("a ");
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void aMissingDaemonIsCodeFourOverTcpAndUnix() throws Exception {
        desk.daemon.fail(new TransportException(Kind.NO_SUCH_FILE, ""));
        assertThat(desk.run("status")).isEqualTo("unix:///run/s.sock no such file\n");
        assertThat(desk.exitCode()).isEqualTo(4);
        desk.daemon.fail(new TransportException(Kind.REFUSED, ""));
        assertThat(desk.run("status")).isEqualTo("unix:///run/s.sock refused connection\n");
        assertThat(desk.exitCode()).isEqualTo(4);
    }
}
