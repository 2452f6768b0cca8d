package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import corral.daemon.fake.Programs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that give way to successors: rolling reload, what ends it, and those that ask for it themselves. */
class RollingTest {
    private static final int TERM = 15;

    private final FakeWorld world = new FakeWorld();
    private boolean shutDown;
    private final Supervisor supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
        @Override
        public void onShutDown() {
            shutDown = true;
        }

        @Override
        public void onRestart(Config config) {
            throw new AssertionError("nobody asked for a restart");
        }
    });
    private final SupervisorCommands commands = new SupervisorCommands(world.loop(), supervisor, answer -> {
        throw new AssertionError("nobody asked for a configuration");
    });

    private static Programs rolling(String name) {
        return program(name).notifies(0).rolling(1).autorestart(Autorestart.ALWAYS);
    }

    /** Two processes that run. */
    @BeforeEach
    void run() {
        run("g", rolling("a"), rolling("b"));
    }

    private void run(String group, Programs... programs) {
        supervisor.add(new GroupConfig(
                group, 999, List.of(programs).stream().map(Programs::build).toList()));
        for (int i = 0; i < programs.length; i++) {
            spawn();
        }
        supervisor.group(group).orElseThrow().processes().forEach(this::ready);
        world.takeSignals();
    }

    private ProcessGroup group() {
        return supervisor.group("g").orElseThrow();
    }

    private ManagedProcess process(String name) {
        return group().find(name).orElseThrow();
    }

    private int spawn() {
        int pid = world.succeed();
        world.loop().turn();
        return pid;
    }

    private void ready(ManagedProcess process) {
        say(process, Notification.READY);
    }

    private void say(ManagedProcess process, Notification said) {
        supervisor.onNotification(process.launchNumber(), said);
        world.loop().turn();
    }

    private ManagedProcess successor() {
        return group().everyone().stream()
                .filter(process -> !group().processes().contains(process))
                .filter(process -> !group().retired().contains(process))
                .findFirst()
                .orElseThrow();
    }

    private void exits(int pid, int code) {
        supervisor.onReaped(pid, exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    private CompletableFuture<Void> reload() {
        CompletableFuture<Void> answer = commands.reload("g");
        world.loop().turn();
        return answer;
    }

    private static Notification asks(String reason) {
        return new Notification(false, false, false, Optional.empty(), Optional.of(reason), Optional.empty());
    }

    private static String refusal(CompletableFuture<?> answer) {
        assertThat(answer).isCompletedExceptionally();
        return Refused.from(answer.handle((ok, error) -> error).join()).detail();
    }

    @Test
    void oneAfterAnotherGivesWayToASuccessorThatIsReady() {
        int a = process("a").pid();
        int b = process("b").pid();
        LogPaths logs = process("a").logs();
        CompletableFuture<Void> reload = reload();
        assertThat(world.waiting()).containsExactly("a");
        int newA = spawn();
        assertThat(process("a").pid()).isEqualTo(a);
        assertThat(process("a").snapshot().description()).isEqualTo("pid " + a + ", uptime 0:00:00, being replaced");
        assertThat(world.takeSignals()).isEmpty();
        ready(successor());
        assertThat(process("a").pid()).isEqualTo(newA);
        assertThat(process("a").logs()).isSameAs(logs);
        assertThat(process("a").snapshot().description())
                .isEqualTo("pid " + newA + ", uptime 0:00:00, pid " + a + " finishing");
        assertThat(world.takeSignals()).containsExactly(new Sent(a, false, TERM));
        assertThat(world.launches()).isZero();
        exits(a, 0);
        assertThat(process("a").snapshot().description()).isEqualTo("pid " + newA + ", uptime 0:00:00");
        assertThat(world.waiting()).containsExactly("b");
        int newB = spawn();
        assertThat(reload).isNotDone();
        ready(successor());
        assertThat(reload).isCompleted();
        assertThat(process("b").pid()).isEqualTo(newB);
        exits(b, 0);
        assertThat(group().everyone()).hasSize(2);
        assertThat(world.launches()).isZero();
    }

    @Test
    void surgeIsHowManyRunBeyondTheNumber() {
        supervisor.remove("g");
        run("g", rolling("a").rolling(2), rolling("b").rolling(2), rolling("c").rolling(2));
        int a = process("a").pid();
        reload();
        assertThat(world.waiting()).containsExactly("a", "b");
        spawn();
        spawn();
        ready(successor());
        assertThat(world.launches()).isZero();
        exits(a, 0);
        assertThat(world.waiting()).containsExactly("c");
    }

    @Test
    void theOldOneIsKilledWhenItsTimeIsOver() {
        int a = process("a").pid();
        reload();
        spawn();
        ready(successor());
        world.takeSignals();
        world.loop().advance(10, SECONDS);
        assertThat(world.takeSignals()).containsExactly(new Sent(a, false, 9));
        supervisor.onReaped(a, FakeWorld.killed(9), world.loop().nowNs());
        world.loop().turn();
        assertThat(group().retired()).isEmpty();
        assertThat(world.waiting()).containsExactly("b");
    }

    @Test
    void aSuccessorThatFailsEndsTheReloadWithItsReasonAndWhatItWrote() {
        ManagedProcess old = process("a");
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        say(successor(), Notification.status("ModuleNotFoundError: No module named 'shop'"));
        world.write("Traceback (most recent call last):\n  ...");
        exits(pid, 3);
        assertThat(refusal(reload))
                .isEqualTo("g:a: ModuleNotFoundError: No module named 'shop'\n"
                        + "Traceback (most recent call last):\n  ...");
        assertThat(process("a")).isSameAs(old);
        assertThat(old.snapshot().description()).isEqualTo("pid " + old.pid() + ", uptime 0:00:00");
        assertThat(world.takeSignals()).isEmpty();
        world.loop().advance(100, SECONDS);
        assertThat(world.launches()).as("no further attempt").isZero();
        assertThat(group().everyone()).hasSize(2);
    }

    @Test
    void aSuccessorThatCannotBeLaunchedEndsIt() {
        CompletableFuture<Void> reload = reload();
        world.fail("can't find command '/bin/a'");
        world.loop().turn();
        assertThat(refusal(reload)).isEqualTo("g:a: can't find command '/bin/a'");
        assertThat(process("a").state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aFailedSuccessorDoesNotEndTheDaemon() {
        supervisor.remove("g");
        run("g", rolling("a").exitOnFatal().startretries(0));
        CompletableFuture<Void> reload = reload();
        exits(spawn(), 1);
        world.loop().advance(10, SECONDS);
        assertThat(reload).isCompletedExceptionally();
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void reloadsComeOneAfterAnother() {
        CompletableFuture<Void> first = reload();
        CompletableFuture<Void> second = reload();
        for (int i = 0; i < 4; i++) {
            assertThat(second).isNotDone();
            assertThat(world.launches()).isEqualTo(1);
            spawn();
            ready(successor());
            exits(group().retired().get(0).pid(), 0);
            assertThat(first.isDone()).isEqualTo(i >= 1);
        }
        assertThat(second).isCompleted();
    }

    @Test
    void anOldOneThatDiesMeanwhileIsSucceededAtOnce() {
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        exits(process("a").pid(), 1);
        assertThat(process("a").pid()).isEqualTo(pid);
        assertThat(process("a").state()).isEqualTo(State.STARTING);
        assertThat(world.launches()).isZero();
        ready(process("a"));
        assertThat(world.waiting()).containsExactly("b");
        spawn();
        ready(successor());
        assertThat(reload).isCompleted();
    }

    @Test
    void aSuccessorThatHasThePlaceOfADeadOneIsTriedAgain() {
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        exits(process("a").pid(), 1);
        exits(pid, 1);
        assertThat(reload).isCompletedExceptionally();
        assertThat(process("a").state()).isEqualTo(State.BACKOFF);
        world.loop().advance(1, SECONDS);
        assertThat(world.waiting()).containsExactly("a");
    }

    @Test
    void bothAreStoppedWhenSomebodyStopsTheProcess() {
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        int a = process("a").pid();
        CompletableFuture<Void> stop = commands.stop("g", "a", "g:a", true);
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactlyInAnyOrder(new Sent(a, false, TERM), new Sent(pid, false, TERM));
        exits(a, 0);
        assertThat(stop).isNotDone();
        exits(pid, 0);
        assertThat(stop).isCompleted();
        assertThat(refusal(reload)).isEqualTo("g:a: stopped");
        assertThat(process("a").state()).isEqualTo(State.STOPPED);
        assertThat(world.launches()).isZero();
    }

    @Test
    void stopOfTheGroupEndsTheReload() {
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        CompletableFuture<List<Outcome>> stop = commands.stopGroup("g", true);
        world.loop().turn();
        exits(process("a").pid(), 0);
        exits(process("b").pid(), 0);
        assertThat(stop).isNotDone();
        assertThat(group().isStopped()).isFalse();
        exits(pid, 0);
        assertThat(stop).isCompleted();
        assertThat(reload).isCompletedExceptionally();
        assertThat(group().isStopped()).isTrue();
    }

    @Test
    void shutdownStopsOldAndNewAndThoseThatFinish() {
        CompletableFuture<Void> reload = reload();
        int a = process("a").pid();
        spawn();
        ready(successor());
        commands.reload("g");
        supervisor.shutdown();
        world.loop().turn();
        assertThat(refusal(reload)).isEqualTo("g: stopped");
        exits(process("a").pid(), 0);
        exits(process("b").pid(), 0);
        assertThat(shutDown).isFalse();
        exits(a, 0);
        assertThat(shutDown).isTrue();
    }

    @Test
    void aSuccessorWhoseLaunchIsUnderWayAtShutdownIsWaitedFor() {
        reload();
        supervisor.shutdown();
        world.loop().turn();
        exits(process("a").pid(), 0);
        exits(process("b").pid(), 0);
        assertThat(shutDown).isFalse();
        int late = spawn();
        assertThat(world.takeSignals()).contains(new Sent(late, false, TERM));
        exits(late, 0);
        assertThat(shutDown).isTrue();
    }

    @Test
    void whatIsStoppedStaysSoAndWhatHasFailedIsStarted() {
        commands.stop("g", "a", "g:a", false);
        world.loop().turn();
        exits(process("a").pid(), 0);
        exits(process("b").pid(), 1);
        exits(spawn(), 1);
        assertThat(process("b").state()).isEqualTo(State.BACKOFF);
        CompletableFuture<Void> reload = reload();
        assertThat(world.waiting()).containsExactly("b");
        spawn();
        ready(process("b"));
        assertThat(reload).isCompleted();
        assertThat(process("a").state()).isEqualTo(State.STOPPED);
        world.loop().advance(100, SECONDS);
        assertThat(world.launches()).isZero();
        assertThat(group().everyone()).hasSize(2);
    }

    @Test
    void aGroupWithoutRollingProcessesIsNotReloaded() {
        run("plain", program("plain").notifies(0));
        CompletableFuture<Void> reload = commands.reload("plain");
        world.loop().turn();
        assertThat(refusal(reload)).isEqualTo("plain: no process of it is rolling; use restart");
    }

    @Test
    void anUnknownGroupIsRefused() {
        CompletableFuture<Void> reload = commands.reload("nobody");
        world.loop().turn();
        assertThatThrownBy(reload::join).hasMessageContaining("BAD_NAME");
    }

    @Test
    void whoAsksForASuccessorGetsOneAndGoesOnUntilItIsReady() {
        ManagedProcess old = process("a");
        say(old, asks("max_requests"));
        say(old, asks("max_requests"));
        assertThat(world.waiting()).containsExactly("a");
        int pid = spawn();
        assertThat(world.takeSignals()).isEmpty();
        ready(successor());
        assertThat(process("a").pid()).isEqualTo(pid);
        assertThat(world.takeSignals()).containsExactly(new Sent(old.pid(), false, TERM));
        exits(old.pid(), 0);
        assertThat(world.launches()).isZero();
    }

    @Test
    void thoseWhoAskAtOnceQueue() {
        say(process("a"), asks("max_requests"));
        say(process("b"), asks("max_requests"));
        assertThat(world.waiting()).containsExactly("a");
        spawn();
        ready(successor());
        assertThat(world.launches()).isZero();
        exits(group().retired().get(0).pid(), 0);
        assertThat(world.waiting()).containsExactly("b");
    }

    @Test
    void aSuccessorThatFailsIsTriedAgainLaterAndLater() {
        ManagedProcess old = process("a");
        say(old, asks("max_requests"));
        for (long delay : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
            exits(spawn(), 1);
            assertThat(process("a")).isSameAs(old);
            world.loop().advance(delay - 1, MILLISECONDS);
            assertThat(world.launches()).isZero();
            world.loop().advance(1, MILLISECONDS);
            assertThat(world.launches()).isEqualTo(1);
        }
        spawn();
        ready(successor());
        assertThat(process("a")).isNotSameAs(old);
    }

    @Test
    void whoAsksDuringAReloadIsReplacedByIt() {
        reload();
        say(process("b"), asks("max_requests"));
        spawn();
        ready(successor());
        exits(group().retired().get(0).pid(), 0);
        spawn();
        ready(successor());
        exits(group().retired().get(0).pid(), 0);
        assertThat(world.launches()).isZero();
    }

    @Test
    void aReloadWaitsForARecycleThatIsUnderWayAndReplacesItsResult() {
        say(process("b"), asks("max_requests"));
        int pid = spawn();
        CompletableFuture<Void> reload = reload();
        assertThat(world.launches()).isZero();
        ready(successor());
        exits(group().retired().get(0).pid(), 0);
        assertThat(process("b").pid()).isEqualTo(pid);
        for (String name : List.of("a", "b")) {
            assertThat(world.waiting()).containsExactly(name);
            spawn();
            ready(successor());
            exits(group().retired().get(0).pid(), 0);
        }
        assertThat(reload).isCompleted();
    }

    @Test
    void theWishOfOneThatDiedIsForgotten() {
        say(process("b"), asks("max_requests"));
        say(process("a"), asks("max_requests"));
        exits(process("a").pid(), 1);
        spawn();
        ready(successor());
        exits(group().retired().get(0).pid(), 0);
        assertThat(world.waiting()).containsExactly("a");
        spawn();
        ready(process("a"));
        assertThat(world.launches()).isZero();
    }

    @Test
    void whoLeavesByItselfIsSucceededAtOnce() {
        int a = process("a").pid();
        say(process("a"), new Notification(false, false, true, Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(world.waiting()).containsExactly("a");
        int pid = spawn();
        exits(a, 0);
        assertThat(process("a").pid()).isEqualTo(pid);
        ready(process("a"));
        assertThat(world.launches()).isZero();
        assertThat(group().everyone()).hasSize(2);
    }

    @Test
    void whoIsNotRollingIsRestarted() {
        run("plain", program("plain").notifies(0));
        ManagedProcess plain =
                supervisor.group("plain").orElseThrow().find("plain").orElseThrow();
        int pid = plain.pid();
        say(plain, asks("leak"));
        assertThat(world.takeSignals()).containsExactly(new Sent(pid, false, TERM));
        exits(pid, 0);
        assertThat(world.waiting()).containsExactly("plain");
    }

    @Test
    void aFrontHandsOver() {
        ListenConfig listen = new ListenConfig(List.of(), 1, false, 0, OptionalInt.empty(), OptionalInt.empty());
        supervisor.remove("g");
        run("g", program("front").notifies(0).role(new ServerRole.Front(listen, false)), rolling("worker"));
        int front = process("front").pid();
        CompletableFuture<Void> upgrade = commands.upgrade("g");
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("front");
        spawn();
        assertThat(world.takeSignals()).isEmpty();
        ready(successor());
        assertThat(upgrade).isCompleted();
        assertThat(world.takeSignals()).containsExactly(new Sent(front, false, 12));
        commands.stopGroup("g", true);
        world.loop().turn();
        assertThat(world.takeSignals()).as("nobody is left to hand over to").contains(new Sent(front, false, TERM));
    }

    @Test
    void aTemplateComesFirstAndAlone() {
        supervisor.remove("g");
        run("g", rolling("worker-0").rolling(2), rolling("template").rolling(2).role(new ServerRole.Template(false)));
        int template = process("template").pid();
        CompletableFuture<Void> reload = reload();
        assertThat(world.waiting()).containsExactly("template");
        spawn();
        ready(successor());
        exits(template, 0);
        assertThat(world.waiting()).containsExactly("worker-0");
        spawn();
        ready(successor());
        assertThat(reload).isCompleted();
    }

    @Test
    void aTemplateThatAsksIsReplacedWithoutItsWorkers() {
        supervisor.remove("g");
        run("g", rolling("template").role(new ServerRole.Template(false)));
        ManagedProcess old = process("template");
        say(old, asks("age"));
        int pid = spawn();
        ready(successor());
        assertThat(process("template").pid()).isEqualTo(pid);
        assertThat(world.takeSignals()).containsExactly(new Sent(old.pid(), false, TERM));
    }

    @Test
    void aSuccessorThatEndsInPeaceBeforeItIsReadyHasFailedToo() {
        supervisor.remove("g");
        run("g", rolling("a"));
        ManagedProcess old = process("a");
        CompletableFuture<Void> reload = reload();
        int pid = spawn();
        exits(pid, 0);
        assertThat(refusal(reload)).isEqualTo("g:a: Exited too quickly (process log may have details)");
        assertThat(process("a")).isSameAs(old);
    }

    @Test
    void aGroupWithoutAFrontIsNotUpgraded() {
        CompletableFuture<Void> upgrade = commands.upgrade("g");
        world.loop().turn();
        assertThat(refusal(upgrade)).isEqualTo("g has no front: it is no server");
    }
}
