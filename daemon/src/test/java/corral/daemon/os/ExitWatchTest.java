package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import corral.daemon.loop.Clock;
import corral.daemon.process.ExitStatus;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes, with what this kernel offers and with less. */
class ExitWatchTest {
    private record Exit(int pid, ExitStatus status) {}

    private final Native os = Native.load();
    private final ProcessTable table = new ProcessTable();
    private final Processes processes = new Processes();
    private final BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
    private PidFds.Support here;

    @BeforeEach
    void probe() {
        here = PidFds.Support.probe(os);
    }

    @AfterEach
    void endAll() {
        processes.close();
    }

    private ExitWatch watch(PidFds.Support support) throws OsException {
        ExitWatch watch = new ExitWatch(new PidFds(os, support), table, new Epoll(os), Clock.SYSTEM);
        watch.start();
        return watch;
    }

    private void watch(PidFds.Support support, int pid) throws OsException {
        watch(support)
                .watch(
                        pid,
                        table.startTicks(pid).orElseThrow(),
                        (ended, status, atNs) -> exits.add(new Exit(ended, status)));
    }

    private Exit next() throws InterruptedException {
        return exits.poll(20, TimeUnit.SECONDS);
    }

    private Process waiting(int code) throws Exception {
        return processes.child("sh", "-c", "echo up; read line; exit " + code);
    }

    private static void end(Process process) throws Exception {
        process.getOutputStream().close();
    }

    @Test
    void theStatusOfWhatSomebodyElseHasReapedIsKnown() throws Exception {
        assumeTrue(here.exit(), "this kernel does not tell");
        Process process = waiting(7);
        int pid = (int) process.pid();
        watch(here, pid);
        end(process);
        assertThat(next()).isEqualTo(new Exit(pid, ExitStatus.exited(7)));
    }

    @Test
    void soIsTheSignalThatKilledIt() throws Exception {
        assumeTrue(here.exit(), "this kernel does not tell");
        Process process = waiting(0);
        watch(here, (int) process.pid());
        process.destroyForcibly();
        assertThat(next()).isEqualTo(new Exit((int) process.pid(), new ExitStatus(-1, 9, false)));
    }

    @Test
    void everyExitIsHeardOnceAndOfThatProcess() throws Exception {
        assumeTrue(here.exit(), "this kernel does not tell");
        ExitWatch watch = watch(here);
        for (int code = 0; code < 40; code++) {
            Process process = waiting(code);
            int pid = (int) process.pid();
            watch.watch(
                    pid,
                    table.startTicks(pid).orElseThrow(),
                    (ended, status, atNs) -> exits.add(new Exit(ended, status)));
            end(process);
            assertThat(next()).isEqualTo(new Exit(pid, ExitStatus.exited(code)));
        }
        assertThat(exits).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, false"})
    void aZombieThatNobodyReapsHasEnded(boolean open, boolean exit) throws Exception {
        int pid = processes.neglected("kill -STOP $$; exit 9");
        Processes.await(() -> state(pid) == 'T');
        watch(new PidFds.Support(open, open, exit), pid);
        os.posix().kill(pid, 18);
        assertThat(next()).isEqualTo(new Exit(pid, ExitStatus.exited(9)));
    }

    private static char state(int pid) {
        return ProcStat.read(java.nio.file.Path.of("/proc"), Integer.toString(pid))
                .map(ProcStat::state)
                .orElse('?');
    }

    @Test
    void withoutHelpOfTheKernelTheStatusIsUnknownButNotTheExit() throws Exception {
        Process process = waiting(7);
        watch(new PidFds.Support(false, false, false), (int) process.pid());
        end(process);
        process.waitFor();
        Exit exit = next();
        assertThat(exit.pid()).isEqualTo((int) process.pid());
        // Seen as a zombie, by luck, it is known.
        assertThat(exit.status()).isIn(ExitStatus.UNKNOWN, ExitStatus.exited(7));
    }

    @Test
    void anotherProcessOfTheSamePidIsNotTheOne() throws Exception {
        Process process = waiting(0);
        watch(here).watch((int) process.pid(), 1, (pid, status, atNs) -> exits.add(new Exit(pid, status)));
        assertThat(next()).isEqualTo(new Exit((int) process.pid(), ExitStatus.UNKNOWN));
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whatIsAlreadyGoneHasEnded() throws Exception {
        Process process = processes.child("true");
        process.waitFor();
        watch(here).watch((int) process.pid(), 1, (pid, status, atNs) -> exits.add(new Exit(pid, status)));
        assertThat(next()).isEqualTo(new Exit((int) process.pid(), ExitStatus.UNKNOWN));
    }

    @Test
    void aSignalGoesToThatProcessOrNowhere() throws Exception {
        assumeTrue(here.open(), "no pidfd_open");
        PidFds pidFds = new PidFds(os, here);
        Process process = waiting(0);
        int pidfd = pidFds.open((int) process.pid());
        assertThat(pidFds.signal(pidfd, 15)).isTrue();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
        assertThat(pidFds.signal(pidfd, 15)).isFalse();
        pidFds.close(pidfd);
        assertThatThrownBy(() -> pidFds.open((int) process.pid())).hasMessageContaining("ESRCH");
    }

    @Test
    void anUnknownStatusSaysSoAndIsNeverExpected() {
        assertThat(ExitStatus.UNKNOWN.text()).isEqualTo("exit status unknown");
        assertThat(ExitStatus.UNKNOWN.code()).isNegative();
        assertThat(ExitStatus.UNKNOWN).isNotEqualTo(new ExitStatus(-1, 9, false));
    }
}
