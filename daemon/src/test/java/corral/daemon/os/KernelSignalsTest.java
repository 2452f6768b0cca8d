package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.process.Signals.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real process groups, whose leaders nobody reaps. */
class KernelSignalsTest {
    private final ProcessTable table = new ProcessTable();
    private final Processes processes = new Processes();
    private final KernelSignals signals = new KernelSignals(Native.load());

    @AfterEach
    void endAll() {
        processes.close();
    }

    @Test
    void aGroupOfNothingButAZombieIsGone() throws Exception {
        int pid = processes.neglected("exec setsid sh -c \"exit 7\"");
        Processes.await(() -> table.isZombie(pid));
        assertThat(signals.send(pid, true, 0)).isEqualTo(Result.NO_SUCH_PROCESS);
    }

    @Test
    void whatLivesInTheGroupOfAZombieIsFound() throws Exception {
        int pid = processes.neglected("exec setsid sh -c \"sleep 1000 & exit 7\"");
        Processes.await(() -> table.isZombie(pid));
        assertThat(signals.send(pid, true, 0)).isEqualTo(Result.SENT);
        assertThat(signals.send(pid, true, 9)).isEqualTo(Result.SENT);
        Processes.await(() -> signals.send(pid, true, 0) == Result.NO_SUCH_PROCESS);
    }
}
