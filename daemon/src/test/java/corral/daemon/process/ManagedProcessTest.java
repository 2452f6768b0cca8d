package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.FakeWorld.killed;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.Autorestart;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import corral.daemon.fake.Programs;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each rule of spec/supervisor.md 3.2, on a clock that the test moves. */
class ManagedProcessTest {
    private final FakeWorld world = new FakeWorld();
    private boolean daemonRuns = true;

    private ManagedProcess make(Programs program) {
        return new ManagedProcess("g", program.build(), world.ports(), () -> daemonRuns);
    }

    private ManagedProcess started(Programs program) {
        ManagedProcess process = make(program);
        process.autostart();
        world.succeed();
        return process;
    }

    private ManagedProcess running(Programs program) {
        ManagedProcess process = started(program);
        world.loop().advance(Math.max(1, process.config().startsecs()) * 1000L, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
        return process;
    }

    private void exits(ManagedProcess process, ExitStatus status) {
        process.onExited(status, world.loop().nowNs());
        world.loop().turn();
    }

    @Test
    void staysStartingUntilStartsecsHavePassed() {
        ManagedProcess process = started(program("a").startsecs(5));
        world.loop().advance(4999, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.STARTING);
        world.loop().advance(1, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void startsecsCountFromTheLaunchNotFromTheRequest() {
        ManagedProcess process = make(program("a"));
        process.autostart();
        world.loop().advance(30, SECONDS);
        world.succeed();
        world.loop().advance(999, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void zeroStartsecsIsRunningAtTheNextTurn() {
        ManagedProcess process = started(program("a").startsecs(0));
        world.loop().turn();
        assertThat(process.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void exitBeforeStartsecsGoesToBackoffEvenWithAnExpectedCode() {
        ManagedProcess process = started(program("a").autorestart(Autorestart.NEVER));
        world.loop().advance(500, MILLISECONDS);
        exits(process, exit(0));
        assertThat(process.state()).isEqualTo(State.BACKOFF);
        assertThat(process.snapshot().spawnError()).isEqualTo("Exited too quickly (process log may have details)");
        assertThat(process.snapshot().exitStatus()).isZero();
    }

    @Test
    void programThatDiesAtOnceIsLaunchedFourTimesWithGrowingDelaysThenFatal() {
        ManagedProcess process = started(program("a"));
        exits(process, exit(1));
        for (int delay = 1; delay <= 3; delay++) {
            world.loop().advance(delay * 1000L - 1, MILLISECONDS);
            assertThat(world.launches()).isZero();
            world.loop().advance(1, MILLISECONDS);
            assertThat(world.launches()).isEqualTo(1);
            world.succeed();
            exits(process, exit(1));
        }
        assertThat(process.state()).isEqualTo(State.FATAL);
        world.loop().advance(60, SECONDS);
        assertThat(world.launches()).isZero();
        assertThat(world.takeTransitions())
                .filteredOn(transition -> transition.to() == State.BACKOFF)
                .extracting(Transition::tries)
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void noRetriesMeansOneAttempt() {
        ManagedProcess process = started(program("a").startretries(0));
        exits(process, exit(1));
        assertThat(process.state()).isEqualTo(State.FATAL);
    }

    @Test
    void launchFailureGoesToBackoffWithItsReason() {
        ManagedProcess process = make(program("a"));
        process.autostart();
        world.fail("can't find command '/bin/a'");
        assertThat(process.state()).isEqualTo(State.BACKOFF);
        assertThat(process.snapshot().description()).isEqualTo("can't find command '/bin/a'");
    }

    @Test
    void unexpectedExitIsRestartedWithoutDelay() {
        ManagedProcess process = running(program("a"));
        exits(process, exit(7));
        assertThat(process.state()).isEqualTo(State.STARTING);
        assertThat(world.launches()).isEqualTo(1);
    }

    @Test
    void expectedExitStaysExited() {
        ManagedProcess process = running(program("a").exitcodes(0, 7));
        exits(process, exit(7));
        assertThat(process.state()).isEqualTo(State.EXITED);
        assertThat(process.snapshot().exitStatus()).isEqualTo(7);
        assertThat(process.pid()).isZero();
    }

    @Test
    void deathByASignalIsNeverExpected() {
        ManagedProcess process = running(program("a").exitcodes(0, 137));
        exits(process, killed(9));
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void autorestartAlwaysRestartsAnExpectedExit() {
        ManagedProcess process = running(program("a").autorestart(Autorestart.ALWAYS));
        exits(process, exit(0));
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void autorestartNeverKeepsAnUnexpectedExit() {
        ManagedProcess process = running(program("a").autorestart(Autorestart.NEVER));
        exits(process, exit(1));
        assertThat(process.state()).isEqualTo(State.EXITED);
    }

    @Test
    void nothingIsRestartedWhileTheDaemonStops() {
        ManagedProcess process = running(program("a"));
        daemonRuns = false;
        exits(process, exit(1));
        assertThat(process.state()).isEqualTo(State.EXITED);
    }

    @Test
    void exitAfterStartsecsButBeforeItsDeadlineWasHandledPassesThroughRunning() {
        ManagedProcess process = started(program("a").exitcodes(3));
        world.takeTransitions();
        process.onExited(exit(3), world.loop().nowNs() + SECONDS.toNanos(2));
        assertThat(world.takeTransitions()).extracting(Transition::to).containsExactly(State.RUNNING, State.EXITED);
    }

    @Test
    void stopSendsTheSignalAndWaitsForTheExit() throws Exception {
        ManagedProcess process = running(program("a"));
        int pid = process.pid();
        CompletableFuture<Void> stopped = process.stop(true);
        assertThat(process.state()).isEqualTo(State.STOPPING);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 15));
        assertThat(stopped).isNotDone();
        world.takeTransitions();
        exits(process, killed(15));
        assertThat(process.state()).isEqualTo(State.STOPPED);
        assertThat(stopped).isCompleted();
        assertThat(world.takeTransitions()).extracting(Transition::pid).containsExactly(pid);
        assertThat(process.snapshot().exitStatus()).isEqualTo(-1);
    }

    @Test
    void stopThatIsIgnoredIsFollowedBySigkillAgainAndAgain() {
        ManagedProcess process = running(program("a").stopwaitsecs(3));
        int pid = process.pid();
        process.stop(false);
        world.takeSignals();
        world.loop().advance(2999, MILLISECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.loop().advance(1, MILLISECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 9));
        world.loop().advance(3, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 9));
    }

    @Test
    void secondStopWhileStoppingChangesNothing() {
        ManagedProcess process = running(program("a"));
        process.stop(false);
        world.takeSignals();
        assertRefused(process.stop(true), Refusal.NOT_RUNNING);
        assertThat(world.takeSignals()).isEmpty();
    }

    @Test
    void groupOptionsSignalTheGroup() {
        ManagedProcess process = running(program("a").asGroup(true).stopwaitsecs(1));
        int pid = process.pid();
        process.stop(false);
        world.loop().advance(1, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, true, 15), new Sent(pid, true, 9));
    }

    @Test
    void stopEndsOnlyWhenTheWholeGroupIsGone() {
        ManagedProcess process = running(program("a").asGroup(true));
        int pid = process.pid();
        world.groupLives(pid, true);
        CompletableFuture<Void> stopped = process.stop(true);
        world.takeSignals();
        exits(process, exit(0));
        world.loop().advance(5, SECONDS);
        assertThat(stopped).isNotDone();
        world.groupLives(pid, false);
        world.loop().advance(20, MILLISECONDS);
        assertThat(stopped).isCompleted();
        assertThat(world.takeSignals()).isEmpty();
    }

    @Test
    void whatOutlivesItsLeaderIsKilledWhenStopwaitsecsAreOver() {
        ManagedProcess process = running(program("a").asGroup(true).stopwaitsecs(3));
        int pid = process.pid();
        world.groupLives(pid, true);
        process.stop(false);
        world.takeSignals();
        exits(process, exit(0));
        world.loop().advance(3, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, true, 9));
        world.groupLives(pid, false);
        world.loop().advance(20, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void zombiesThatNobodyReapsDoNotHoldUpAStop() {
        ManagedProcess process = running(program("a").asGroup(true).stopwaitsecs(3));
        world.groupLives(process.pid(), true);
        process.stop(false);
        exits(process, exit(0));
        world.loop().advance(4100, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void whatADeadLeaderLeftIsStoppedBeforeItsSuccessorStarts() {
        ManagedProcess process = running(program("a").asGroup(true));
        int pid = process.pid();
        world.groupLives(pid, true);
        exits(process, killed(9));
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, true, 15));
        world.loop().advance(1, SECONDS);
        assertThat(process.state()).isEqualTo(State.EXITED);
        assertThat(world.launches()).isZero();
        world.groupLives(pid, false);
        world.loop().advance(20, MILLISECONDS);
        assertThat(process.state()).isEqualTo(State.STARTING);
        assertThat(world.launches()).isEqualTo(1);
    }

    @Test
    void whatADeadLeaderLeftStaysWithoutKillasgroup() {
        ManagedProcess process = running(program("a"));
        world.groupLives(process.pid(), true);
        exits(process, killed(9));
        assertThat(world.takeSignals()).isEmpty();
        assertThat(process.state()).isEqualTo(State.STARTING);
    }

    @Test
    void stopDuringBackoffIsImmediateAndForgetsTheFailures() {
        ManagedProcess process = started(program("a"));
        exits(process, exit(1));
        process.stop(true);
        assertThat(process.state()).isEqualTo(State.STOPPED);
        assertThat(world.takeSignals()).isEmpty();
        process.start(false);
        world.succeed();
        exits(process, exit(1));
        world.loop().advance(1, SECONDS);
        assertThat(world.launches()).isEqualTo(1);
    }

    @Test
    void stopWhileTheLaunchIsUnderWayIsDoneAfterIt() {
        ManagedProcess process = make(program("a"));
        process.autostart();
        CompletableFuture<Void> stopped = process.stop(true);
        assertThat(process.state()).isEqualTo(State.STOPPING);
        int pid = world.succeed();
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, 15));
        exits(process, killed(15));
        assertThat(stopped).isCompleted();
    }

    @Test
    void stopWhileTheLaunchFailsEndsStopped() {
        ManagedProcess process = make(program("a"));
        process.autostart();
        CompletableFuture<Void> stopped = process.stop(true);
        world.fail("command is empty");
        assertThat(process.state()).isEqualTo(State.STOPPED);
        assertThat(stopped).isCompleted();
    }

    @Test
    void waitingStartCompletesWhenRunning() {
        ManagedProcess process = make(program("a").autostart(false));
        CompletableFuture<Void> started = process.start(true);
        world.succeed();
        assertThat(started).isNotDone();
        world.loop().advance(1, SECONDS);
        assertThat(started).isCompleted();
    }

    @Test
    void waitingStartFailsWithTheFirstSpawnError() {
        ManagedProcess process = make(program("a").autostart(false));
        CompletableFuture<Void> started = process.start(true);
        world.succeed();
        exits(process, exit(1));
        assertRefused(started, Refusal.SPAWN_ERROR);
    }

    @Test
    void waitingStartThatIsStoppedIsAbnormal() {
        ManagedProcess process = make(program("a").autostart(false));
        CompletableFuture<Void> started = process.start(true);
        world.succeed();
        process.stop(false);
        assertRefused(started, Refusal.ABNORMAL_TERMINATION);
    }

    @Test
    void startWithoutWaitingCompletesWithTheLaunch() {
        ManagedProcess process = make(program("a").autostart(false));
        CompletableFuture<Void> started = process.start(false);
        assertThat(started).isNotDone();
        world.succeed();
        assertThat(started).isCompleted();
    }

    @Test
    void startWhileUpIsRefused() {
        assertRefused(running(program("a")).start(true), Refusal.ALREADY_STARTED);
    }

    @Test
    void startWhileStoppingIsAbnormal() {
        ManagedProcess process = running(program("a"));
        process.stop(false);
        assertRefused(process.start(true), Refusal.ABNORMAL_TERMINATION);
    }

    @Test
    void signalGoesToThePidAlone() {
        ManagedProcess process = running(program("a").asGroup(true));
        process.signal(1);
        assertThat(world.takeSignals()).containsExactly(new Sent(process.pid(), false, 1));
    }

    @Test
    void signalThatMayNotBeSentMakesTheStateUnknown() {
        ManagedProcess process = running(program("a"));
        world.answerSignalsWith(Signals.Result.FAILED);
        assertRefused(process.signal(1), Refusal.FAILED);
        assertThat(process.state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void stopOfAProcessThatHasJustGoneWaitsForTheReaper() {
        ManagedProcess process = running(program("a"));
        world.answerSignalsWith(Signals.Result.NO_SUCH_PROCESS);
        process.stop(false);
        assertThat(process.state()).isEqualTo(State.STOPPING);
        exits(process, exit(0));
        assertThat(process.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void settingTheWallClockBackMovesNoTimer() {
        ManagedProcess process = started(program("a").startsecs(5));
        world.loop().setWallClock(1000);
        world.loop().advance(5, SECONDS);
        assertThat(process.state()).isEqualTo(State.RUNNING);
        assertThat(process.snapshot().description()).endsWith("uptime 0:00:05");
    }

    @Test
    void restartsThatNobodyAskedForAreCounted() {
        ManagedProcess process = running(program("a").autorestart(Autorestart.ALWAYS));
        assertThat(process.snapshot().restarts()).isZero();
        exits(process, exit(0));
        world.succeed();
        world.loop().advance(1, SECONDS);
        exits(process, exit(1));
        assertThat(process.snapshot().restarts()).isEqualTo(2);
    }

    @Test
    void whatIsKnownOfAnEndIsSaidWithIt() {
        ManagedProcess process = running(program("a").autorestart(Autorestart.NEVER));
        exits(process, FakeWorld.killed(9).with("memory_max was reached"));
        assertThat(process.snapshot().description()).endsWith(", memory_max was reached");
        assertThat(process.snapshot().spawnError()).isEqualTo("Bad exit code -1, memory_max was reached");
        ManagedProcess early = started(program("b").startretries(0));
        exits(early, FakeWorld.killed(9).with("memory_max was reached"));
        assertThat(early.snapshot().description()).isEqualTo("terminated by SIGKILL, memory_max was reached");
    }

    @Test
    void uptimeIsWhatItIsWhoeverSetsTheWallClock() {
        ManagedProcess process = running(program("a"));
        long start = world.loop().epochMs();
        for (int hour : new int[] {-1, 1}) {
            world.loop().setWallClock(start + hour * 3_600_000L);
            world.loop().advance(10, SECONDS);
            ProcessSnapshot seen = process.snapshot();
            assertThat(seen.description()).matches(".*uptime 0:00:[12]\\d");
            assertThat((seen.nowEpochMs() - seen.startEpochMs()) / 1000).isBetween(10L, 22L);
        }
    }

    @Test
    void autostartOffWaitsForAClient() {
        ManagedProcess process = make(program("a").autostart(false));
        process.autostart();
        assertThat(process.state()).isEqualTo(State.STOPPED);
        assertThat(process.snapshot().description()).isEqualTo("Not started");
    }

    @Test
    void shutdownGivesUpABackoff() {
        ManagedProcess process = started(program("a"));
        exits(process, exit(1));
        process.stopForShutdown();
        assertThat(process.isAtRest()).isTrue();
        assertThat(process.state()).isEqualTo(State.FATAL);
        assertThat(world.loop().deadlines()).isZero();
    }

    private static void assertRefused(CompletableFuture<Void> future, Refusal refusal) {
        assertThatThrownBy(future::get)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }
}
