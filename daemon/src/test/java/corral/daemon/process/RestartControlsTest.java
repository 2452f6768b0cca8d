package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.Programs;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How long a process waits for its next start, on a clock that the test moves. */
class RestartControlsTest {
    private final FakeWorld world = new FakeWorld();

    private ManagedProcess make(Programs program) {
        return new ManagedProcess("g", program.build(), world.ports(), () -> true);
    }

    private ManagedProcess running(Programs program) {
        ManagedProcess process = make(program);
        process.autostart();
        world.succeed();
        world.loop().advance(1, SECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
        return process;
    }

    private void exits(ManagedProcess process) {
        process.onExited(exit(1), world.loop().nowNs());
        world.loop().turn();
    }

    private void assertNextAttemptAfter(long ms) {
        world.loop().advance(ms - 1, MILLISECONDS);
        assertThat(world.launches()).as("before %d ms", ms).isZero();
        world.loop().advance(1, MILLISECONDS);
        assertThat(world.launches()).as("after %d ms", ms).isEqualTo(1);
    }

    @Test
    void theWaitDoublesUpToItsLimitAndFatalComesWithTheLastRetry() {
        ManagedProcess process = make(program("a").backoff(500, 3000, 0).startretries(5));
        process.autostart();
        for (long ms : new long[] {500, 1000, 2000, 3000, 3000}) {
            world.fail("no luck");
            assertThat(process.state()).isEqualTo(State.BACKOFF);
            assertNextAttemptAfter(ms);
        }
        world.fail("no luck");
        world.loop().turn();
        assertThat(process.state()).isEqualTo(State.FATAL);
    }

    @Test
    void withoutThemTheWaitIsSupervisors() {
        ManagedProcess process = make(program("a").startretries(3));
        process.autostart();
        for (long ms : new long[] {1000, 2000, 3000}) {
            world.fail("no luck");
            assertNextAttemptAfter(ms);
        }
        world.fail("no luck");
        world.loop().turn();
        assertThat(process.state()).isEqualTo(State.FATAL);
    }

    @Test
    void unlimitedRetriesNeverEnd() {
        ManagedProcess process = make(program("a").backoff(1000, 60_000, 0).startretries(Integer.MAX_VALUE));
        process.autostart();
        for (int i = 0; i < 1000; i++) {
            world.fail("no luck");
            assertThat(process.state()).isEqualTo(State.BACKOFF);
            world.loop().advance(60, SECONDS);
        }
        world.succeed();
        world.loop().advance(1, SECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aRestartWaitsAndSaysHowLong() {
        ManagedProcess process = running(program("a").backoff(0, 60_000, 2500));
        exits(process);
        assertThat(process.state()).isEqualTo(State.EXITED);
        assertThat(process.snapshot().description()).isEqualTo("restart in 3 s");
        world.loop().advance(1, SECONDS);
        assertThat(process.snapshot().description()).isEqualTo("restart in 2 s");
        assertNextAttemptAfter(1500);
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void aClientsStartDoesNotWait() {
        ManagedProcess process = running(program("a").backoff(0, 60_000, 2500));
        exits(process);
        process.start(false);
        assertThat(world.launches()).isEqualTo(1);
        world.succeed();
        world.loop().advance(10, SECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
        assertThat(world.launches()).isZero();
    }

    @Test
    void aClientsStopCancelsTheRestart() {
        ManagedProcess process = running(program("a").backoff(0, 60_000, 2500));
        exits(process);
        assertThat(process.isStoppable()).isTrue();
        CompletableFuture<Void> stop = process.stop(true);
        assertThat(stop).isCompleted();
        assertThat(process.state()).isEqualTo(State.STOPPED);
        world.loop().advance(10, SECONDS);
        assertThat(world.launches()).isZero();
        assertThat(process.stop(true)).isCompletedExceptionally();
    }

    @Test
    void aShutdownCancelsTheRestart() {
        ManagedProcess process = running(program("a").backoff(0, 60_000, 2500));
        exits(process);
        process.stopForShutdown();
        assertThat(world.loop().deadlines()).isZero();
        assertThat(process.isStoppable()).isFalse();
    }

    @Test
    void whatIsNotRestartedDoesNotWait() {
        ManagedProcess process =
                running(program("a").autorestart(Autorestart.NEVER).backoff(0, 60_000, 2500));
        exits(process);
        assertThat(process.isStoppable()).isFalse();
        assertThat(process.snapshot().description()).doesNotContain("restart");
        assertThat(world.loop().deadlines()).isZero();
    }
}
