package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.GroupConfig;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import corral.daemon.fake.Programs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that grow, on a clock that the test moves. */
class MemoryLimitTest {
    private static final long MB = 1 << 20;

    private final FakeWorld world = new FakeWorld();
    private final Supervisor supervisor = new Supervisor(world.ports(), null);

    private ManagedProcess process() {
        return supervisor.groups().get(0).processes().get(0);
    }

    private int run(Programs program) {
        supervisor.add(new GroupConfig("g", 999, List.of(program.build())));
        return run();
    }

    private int run() {
        int pid = world.succeed();
        world.memory(pid, 10 * MB);
        world.loop().advance(1, SECONDS);
        assertThat(process().state()).isEqualTo(State.RUNNING);
        return pid;
    }

    @Test
    void whoHasTooMuchIsRestarted() {
        int pid = run(program("a").maxMemory(100 * MB));
        world.memory(pid, 100 * MB);
        world.loop().advance(10, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.memory(pid, 101 * MB);
        world.loop().advance(2, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 15));
        supervisor.onReaped(pid, exit(0), world.loop().nowNs());
        world.loop().turn();
        int next = run();
        world.loop().advance(10, SECONDS);
        world.memory(next, 101 * MB);
        world.loop().advance(2, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(next, false, 15));
    }

    @Test
    void whoIsRollingGetsASuccessorFirst() {
        int pid = run(program("a").maxMemory(100 * MB).rolling(1));
        world.memory(pid, 200 * MB);
        world.loop().advance(2, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        assertThat(world.launches()).isEqualTo(1);
        world.succeed();
        world.loop().advance(1, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 15));
        assertThat(process().pid()).isNotEqualTo(pid);
    }

    @Test
    void whereTheKernelDoesNotHoldMemoryMaxItIsWatched() {
        int pid = run(program("a").memoryMax(100 * MB));
        world.memory(pid, 101 * MB);
        world.loop().advance(4, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.kernelLimitsMemory(false);
        world.loop().advance(2, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 15));
    }

    @Test
    void nobodyLooksIfNobodyHasALimit() {
        run(program("a"));
        assertThat(world.loop().deadlines()).isZero();
    }

    @Test
    void nobodyLooksAtWhatDoesNotRun() {
        int pid = run(program("a").maxMemory(100 * MB));
        process().stop(false);
        supervisor.onReaped(pid, exit(0), world.loop().nowNs());
        world.loop().advance(10, SECONDS);
        assertThat(world.loop().deadlines()).isZero();
    }
}
