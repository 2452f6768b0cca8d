package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A front and its workers: started together, stopped one after the other, and what a failing application does. */
class ServerGroupTest {
    private static final Notification READY = Notification.READY;
    private static final ListenConfig LISTEN =
            new ListenConfig(List.of(), 1, false, 0, OptionalInt.empty(), OptionalInt.empty());

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

    private static ProcessConfig worker(int index, boolean exitOnBootFailure) {
        return program("worker-" + index)
                .notifies(0)
                .autorestart(Autorestart.ALWAYS)
                .role(new ServerRole.Worker(index, exitOnBootFailure))
                .build();
    }

    private static GroupConfig server(boolean exitOnBootFailure) {
        List<ProcessConfig> processes = new ArrayList<>();
        processes.add(program("front")
                .notifies(0)
                .role(new ServerRole.Front(LISTEN, exitOnBootFailure))
                .build());
        processes.add(worker(0, exitOnBootFailure));
        processes.add(worker(1, exitOnBootFailure));
        return new GroupConfig("web", 999, processes);
    }

    private ManagedProcess process(String name) {
        return supervisor.group("web").flatMap(group -> group.find(name)).orElseThrow();
    }

    private State state(String name) {
        return process(name).state();
    }

    private void ready(String name) {
        supervisor.onNotification(process(name).launchNumber(), READY);
        world.loop().turn();
    }

    private void exits(String name, int code) {
        supervisor.onReaped(process(name).pid(), exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    /** All three run. */
    private void run() {
        supervisor.add(server(false));
        for (String name : List.of("front", "worker-0", "worker-1")) {
            world.succeed();
            ready(name);
        }
        assertThat(state("worker-1")).isEqualTo(State.RUNNING);
        world.takeSignals();
    }

    private Sent term(String name) {
        return new Sent(process(name).pid(), false, 15);
    }

    @Test
    void allStartAtOnce() {
        supervisor.add(server(false));
        assertThat(world.waiting()).containsExactly("front", "worker-0", "worker-1");
    }

    @Test
    void workersOfAStoppedGroupWaitForTheEndOfTheFront() {
        run();
        CompletableFuture<List<Outcome>> stop = commands.stopGroup("web", true);
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(term("front"));
        assertThat(state("worker-0")).isEqualTo(State.RUNNING);
        exits("front", 0);
        assertThat(world.takeSignals()).containsExactly(term("worker-0"), term("worker-1"));
        exits("worker-1", 0);
        assertThat(stop).isNotDone();
        exits("worker-0", 0);
        assertThat(stop.join()).extracting(Outcome::name).containsExactly("front", "worker-1", "worker-0");
        assertThat(stop.join()).allMatch(outcome -> outcome.refused().isEmpty());
    }

    @Test
    void stopAllKeepsTheOrderEvenIfNobodyWaits() {
        run();
        CompletableFuture<List<Outcome>> stop = commands.stopAll(false);
        world.loop().turn();
        assertThat(stop).isCompleted();
        assertThat(world.takeSignals()).containsExactly(term("front"));
        exits("front", 0);
        assertThat(state("worker-0")).isEqualTo(State.STOPPING);
    }

    @Test
    void aWorkerAloneIsStoppedAtOnce() {
        run();
        commands.stop("web", "worker-0", "web:worker-0", false);
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(term("worker-0"));
        assertThat(state("front")).isEqualTo(State.RUNNING);
    }

    @Test
    void workersWithoutAFrontWaitForNobody() {
        run();
        commands.stop("web", "front", "web:front", false);
        world.loop().turn();
        exits("front", 0);
        world.takeSignals();
        commands.stopGroup("web", false);
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(term("worker-0"), term("worker-1"));
    }

    @Test
    void shutdownKeepsTheOrder() {
        run();
        supervisor.shutdown();
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(term("front"));
        world.loop().advance(9, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        exits("front", 0);
        assertThat(world.takeSignals()).containsExactly(term("worker-0"), term("worker-1"));
        exits("worker-0", 0);
        assertThat(shutDown).isFalse();
        exits("worker-1", 0);
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isZero();
    }

    @Test
    void aFrontThatDoesNotEndIsKilledAndThenTheWorkersStop() {
        run();
        supervisor.shutdown();
        int front = process("front").pid();
        world.loop().advance(10, SECONDS);
        assertThat(world.takeSignals()).contains(new Sent(front, false, 9));
        exits("front", 0);
        assertThat(state("worker-0")).isEqualTo(State.STOPPING);
    }

    @Test
    void aGroupThatGoesGivesItsSocketsBack() {
        run();
        supervisor.remove("web");
        assertThat(world.released()).containsExactly("web");
    }

    @Test
    void aFailureToBootEndsTheDaemonWithItsStatusAfterOneAttemptOfOneWorker() {
        supervisor.add(server(true));
        assertThat(world.waiting()).containsExactly("front", "worker-0");
        world.succeed();
        world.succeed();
        exits("worker-0", 3);
        exits("front", 0);
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(3);
        assertThat(world.launches()).isZero();
    }

    @Test
    void aFrontThatCannotStartAtFirstEndsTheDaemonToo() {
        supervisor.add(server(true));
        world.succeed();
        world.succeed();
        exits("front", 1);
        exits("worker-0", 0);
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(1);
    }

    @Test
    void aFrontThatHasListenedIsRetried() {
        supervisor.add(server(true));
        world.succeed();
        world.succeed();
        ready("front");
        exits("front", 1);
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void theOtherWorkersFollowTheFirstOne() {
        supervisor.add(server(true));
        world.succeed();
        world.succeed();
        ready("worker-0");
        assertThat(world.waiting()).containsExactly("worker-1");
        world.succeed();
        exits("worker-1", 3);
        assertThat(state("worker-1")).isEqualTo(State.BACKOFF);
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void anyOtherFailureToBootIsRetried() {
        supervisor.add(server(true));
        world.succeed();
        world.succeed();
        exits("worker-0", 1);
        world.loop().advance(1, SECONDS);
        assertThat(world.waiting()).containsExactly("worker-0");
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void onFatalExitEndsTheDaemonWithTheStatusOfTheProgram() {
        supervisor.add(new GroupConfig(
                "a", 999, List.of(program("a").startretries(0).exitOnFatal().build())));
        supervisor.onReaped(world.succeed(), exit(7), world.loop().nowNs());
        world.loop().turn();
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(7);
    }

    @Test
    void whatCannotBeLaunchedAtAllEndsItWithOne() {
        supervisor.add(new GroupConfig(
                "a", 999, List.of(program("a").startretries(0).exitOnFatal().build())));
        world.fail("Connection in use: ('127.0.0.1', 8000)");
        world.loop().turn();
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(1);
    }
}
