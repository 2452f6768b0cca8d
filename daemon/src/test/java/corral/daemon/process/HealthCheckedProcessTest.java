package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.FakeWorld.killed;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.HealthCheck;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.Programs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Processes with a health check, on a clock that the test moves. */
class HealthCheckedProcessTest {
    private static final HealthCheck CHECK = new HealthCheck(new HealthCheck.Tcp("h", 1), 1000, 500, 3, 0);

    private final FakeWorld world = new FakeWorld();

    private static Programs checked() {
        return program("a").healthCheck(CHECK);
    }

    private ManagedProcess make(Programs program) {
        return new ManagedProcess("g", program.build(), world.ports(), () -> true);
    }

    private ManagedProcess running(Programs program) {
        ManagedProcess process = make(program);
        process.autostart();
        world.succeed();
        world.answerProbe("");
        assertThat(process.state()).isEqualTo(State.RUNNING);
        return process;
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            while (world.probes() == 0) {
                world.loop().advance(1, SECONDS);
            }
            world.answerProbe("connection refused");
        }
    }

    private void exits(ManagedProcess process, ExitStatus status) {
        process.onExited(status, world.loop().nowNs());
        world.loop().turn();
    }

    @Test
    void isStartingUntilTheFirstSuccessHoweverLongItIsUp() {
        ManagedProcess process = make(checked());
        CompletableFuture<Void> start = process.start(true);
        world.succeed();
        fail(3);
        assertThat(process.state()).isEqualTo(State.STARTING);
        assertThat(process.snapshot().description())
                .isEqualTo("pid " + process.pid() + ", not healthy yet: connection refused");
        assertThat(start).isNotDone();
        world.loop().advance(1, SECONDS);
        world.answerProbe("");
        assertThat(start).isCompleted();
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void withNotifyItMustHaveSaidThatItIsReadyFirst() {
        ManagedProcess process = make(checked().notifies(0));
        process.autostart();
        world.succeed();
        world.loop().advance(10, SECONDS);
        assertThat(world.probes()).isZero();
        assertThat(process.snapshot().description()).isEqualTo("pid " + process.pid() + ", not ready yet");
        process.onNotification(1, Notification.READY);
        assertThat(process.state()).isEqualTo(State.STARTING);
        world.answerProbe("");
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void whatNeverBecomesHealthyIsStoppedAndItsStartHasFailed() {
        ManagedProcess process = make(checked().startretries(0));
        CompletableFuture<Void> start = process.start(true);
        int pid = world.succeed();
        while (world.takeSignals().isEmpty()) {
            fail(1);
        }
        assertThat(process.state()).isEqualTo(State.STARTING);
        assertThat(process.snapshot().description()).isEqualTo("pid " + pid + ", unhealthy: connection refused");
        world.loop().advance(10, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new FakeWorld.Sent(pid, false, 9));
        exits(process, killed(9));
        assertThat(process.state()).isEqualTo(State.FATAL);
        assertThat(process.snapshot().description()).isEqualTo("unhealthy: connection refused");
        assertThat(start).isCompletedExceptionally();
        assertThat(world.loop().deadlines()).isZero();
    }

    @Test
    void whatBecomesUnhealthyIsRestarted() {
        Supervisor supervisor = new Supervisor(world.ports(), null);
        supervisor.add(new GroupConfig("g", 999, List.of(checked().build())));
        int pid = world.succeed();
        world.answerProbe("");
        ManagedProcess process = supervisor.groups().get(0).processes().get(0);
        fail(2);
        assertThat(process.isReady()).isTrue();
        fail(1);
        world.loop().turn();
        assertThat(process.isReady()).isFalse();
        assertThat(world.takeSignals()).containsExactly(new FakeWorld.Sent(pid, false, 15));
        supervisor.onReaped(pid, exit(0), world.loop().nowNs());
        world.loop().turn();
        world.succeed();
        world.answerProbe("");
        assertThat(process.isReady()).isTrue();
        assertThat(process.pid()).isNotEqualTo(pid);
    }

    @Test
    void whatIsNotRestartedStaysAndSaysThatItIsUnhealthy() {
        ManagedProcess process = running(checked().autorestart(Autorestart.NEVER));
        fail(3);
        assertThat(world.takeSignals()).isEmpty();
        assertThat(process.state()).isEqualTo(State.RUNNING);
        assertThat(process.snapshot().description())
                .startsWith("pid " + process.pid() + ", uptime 0:00:0")
                .endsWith(", unhealthy: connection refused");
        world.loop().advance(1, SECONDS);
        world.answerProbe("");
        assertThat(process.isReady()).isTrue();
        assertThat(process.snapshot().description()).doesNotContain("healthy");
    }

    @Test
    void anExitBeforeTheFirstSuccessIsAFailedStart() {
        ManagedProcess process = make(checked());
        process.autostart();
        world.succeed();
        fail(2);
        exits(process, exit(0));
        assertThat(process.state()).isEqualTo(State.BACKOFF);
        assertThat(process.snapshot().description()).isEqualTo("Exited too quickly (process log may have details)");
    }

    @Test
    void whoIsStoppingIsNotLookedAt() {
        ManagedProcess process = running(checked());
        process.stop(false);
        world.loop().advance(5, SECONDS);
        assertThat(world.probes()).isZero();
    }
}
