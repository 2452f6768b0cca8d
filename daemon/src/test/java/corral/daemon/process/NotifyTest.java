package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.FakeWorld.killed;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import corral.daemon.fake.Programs;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Processes that say themselves how they are, on a clock that the test moves. */
class NotifyTest {
    private static final Notification READY = Notification.READY;
    private static final Notification ALIVE = Notification.ALIVE;

    private final FakeWorld world = new FakeWorld();

    private ManagedProcess make(Programs program) {
        return new ManagedProcess("g", program.build(), world.ports(), () -> true);
    }

    private ManagedProcess started(Programs program) {
        ManagedProcess process = make(program);
        process.autostart();
        world.succeed();
        world.loop().turn();
        return process;
    }

    private ManagedProcess ready(Programs program) {
        ManagedProcess process = started(program);
        process.onNotification(1, READY);
        assertThat(process.state()).isEqualTo(State.RUNNING);
        return process;
    }

    private void exits(ManagedProcess process, ExitStatus status) {
        process.onExited(status, world.loop().nowNs());
        world.loop().turn();
    }

    private static Notification status(String text) {
        return Notification.status(text);
    }

    @Test
    void staysStartingUntilItSaysThatItIsReady() {
        ManagedProcess process = started(program("a").notifies(0));
        world.loop().advance(3600, SECONDS);
        assertThat(process.state()).isEqualTo(State.STARTING);
        process.onNotification(1, READY);
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aClientsStartWaitsForReady() {
        ManagedProcess process = make(program("a").notifies(0));
        CompletableFuture<Void> start = process.start(true);
        world.succeed();
        world.loop().advance(10, SECONDS);
        assertThat(start).isNotDone();
        process.onNotification(1, READY);
        assertThat(start).isCompleted();
    }

    @Test
    void readyBeforeThePidIsKnownCounts() {
        ManagedProcess process = make(program("a").notifies(0));
        process.autostart();
        process.onNotification(1, READY);
        assertThat(process.state()).isEqualTo(State.STARTING);
        world.succeed();
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void whatAnEarlierLaunchSaidIsForgotten() {
        ManagedProcess process = started(program("a").notifies(0));
        exits(process, exit(1));
        world.loop().advance(1, SECONDS);
        world.succeed();
        process.onNotification(1, READY);
        assertThat(process.state()).isEqualTo(State.STARTING);
        process.onNotification(2, READY);
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void whoDoesNotNotifyIsNotHeard() {
        ManagedProcess process = started(program("a"));
        process.onNotification(1, READY);
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void anExitBeforeReadyIsBackoffHoweverLongItTookAndItsStatusIsTheReason() {
        ManagedProcess process = started(program("a").notifies(0).startretries(0));
        world.loop().advance(100, SECONDS);
        process.onNotification(1, status("ModuleNotFoundError: No module named 'mainx'"));
        exits(process, exit(3));
        assertThat(process.state()).isEqualTo(State.FATAL);
        assertThat(process.snapshot().description()).isEqualTo("ModuleNotFoundError: No module named 'mainx'");
        assertThat(process.failureStatus()).isEqualTo(3);
    }

    @Test
    void anExitBeforeReadyWithoutStatusReadsAsEver() {
        ManagedProcess process = started(program("a").notifies(0));
        exits(process, exit(1));
        assertThat(process.snapshot().description()).isEqualTo("Exited too quickly (process log may have details)");
    }

    @Test
    void statusFollowsTheUptime() {
        ManagedProcess process = ready(program("a").notifies(0));
        world.loop().advance(5, SECONDS);
        process.onNotification(1, status("3 in flight"));
        assertThat(process.snapshot().description())
                .isEqualTo("pid " + process.pid() + ", uptime 0:00:05, 3 in flight");
    }

    @Test
    void statusOfTheLastLaunchIsGoneWithIt() {
        ManagedProcess process = ready(program("a").notifies(0).autorestart(Autorestart.ALWAYS));
        process.onNotification(1, status("old"));
        exits(process, exit(0));
        world.succeed();
        process.onNotification(2, READY);
        assertThat(process.snapshot().description()).isEqualTo("pid " + process.pid() + ", uptime 0:00:00");
    }

    @Test
    void whoGivesSignsOfLifeIsLeftAlone() {
        ready(program("a").notifies(30)).onNotification(1, ALIVE);
        ManagedProcess process = ready(program("b").notifies(30));
        for (int i = 0; i < 10; i++) {
            world.loop().advance(29, SECONDS);
            process.onNotification(1, ALIVE);
        }
        assertThat(world.takeSignals()).noneMatch(sent -> sent.pid() == process.pid());
    }

    @Test
    void whoIsStuckIsAbortedThenKilledThenReplaced() {
        ManagedProcess process = ready(program("a").notifies(30));
        int pid = process.pid();
        world.loop().advance(29_999, MILLISECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.loop().advance(1, MILLISECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 6));
        process.onNotification(1, ALIVE);
        world.loop().advance(2, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 9));
        exits(process, killed(9));
        assertThat(process.state()).isEqualTo(State.STARTING);
        world.succeed();
        process.onNotification(2, READY);
        world.loop().advance(30, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(process.pid(), false, 6));
    }

    @Test
    void silenceWhileTheDaemonItselfWasStoppedIsNone() {
        ManagedProcess process = ready(program("a").notifies(5));
        world.loop().lose(60, SECONDS);
        world.loop().advance(4999, MILLISECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.loop().advance(1, MILLISECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(process.pid(), false, 6));
    }

    @Test
    void aSignOfLifeThatNobodyHasReadYetCounts() {
        ManagedProcess process = ready(program("a").notifies(5));
        world.beforeDrained(() -> process.onNotification(1, ALIVE));
        world.loop().advance(5, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.beforeDrained(() -> {});
        world.loop().advance(5, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(process.pid(), false, 6));
    }

    @Test
    void theWatchdogWaitsForReady() {
        started(program("a").notifies(30));
        world.loop().advance(600, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
    }

    @Test
    void whoIsStoppingIsNotWatched() {
        ManagedProcess process = ready(program("a").notifies(5).stopwaitsecs(60));
        process.stop(false);
        world.takeSignals();
        world.loop().advance(59, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
    }
}
