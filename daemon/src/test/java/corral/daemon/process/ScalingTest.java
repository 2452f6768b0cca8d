package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ProcessTemplate;
import corral.daemon.config.ProcessTemplate.Limits;
import corral.daemon.config.ServerRole;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** More and fewer processes of a group while it runs. */
class ScalingTest {
    private static final ListenConfig LISTEN =
            new ListenConfig(List.of(), 1, false, 0, OptionalInt.empty(), OptionalInt.empty());

    private final FakeWorld world = new FakeWorld();
    private final Supervisor supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
        @Override
        public void onShutDown() {}

        @Override
        public void onRestart(Config config) {}
    });
    private final SupervisorCommands commands = new SupervisorCommands(world.loop(), supervisor, answer -> {
        throw new AssertionError("nobody asked for a configuration");
    });

    private static GroupConfig server(int workers) {
        return server(workers, Optional.empty());
    }

    private static GroupConfig server(int workers, Optional<Limits> limits) {
        ProcessConfig front = program("front")
                .notifies(0)
                .role(new ServerRole.Front(LISTEN, false))
                .build();
        ProcessTemplate template = new ProcessTemplate(
                workers,
                limits,
                List.of(front),
                (index, total) -> program("worker-" + index)
                        .notifies(0)
                        .autorestart(Autorestart.ALWAYS)
                        .role(new ServerRole.Worker(index, total, false, false))
                        .build());
        return new GroupConfig("web", 999, List.of(), Optional.of(template)).scaledTo(workers);
    }

    private static Config config(GroupConfig... groups) {
        return new Config(null, null, List.of(), true, List.of(groups), List.of());
    }

    private ManagedProcess process(String name) {
        return supervisor.group("web").flatMap(group -> group.find(name)).orElseThrow();
    }

    private List<String> names() {
        return supervisor.group("web").orElseThrow().processes().stream()
                .map(ManagedProcess::name)
                .toList();
    }

    private void ready(String name) {
        world.succeed();
        supervisor.onNotification(process(name).launchNumber(), Notification.READY);
        world.loop().turn();
    }

    private void exits(String name, int code) {
        supervisor.onReaped(process(name).pid(), exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    private CompletableFuture<Void> scale(int number) {
        CompletableFuture<Void> scaled = commands.scale("web", number);
        world.loop().turn();
        return scaled;
    }

    /** A server with one worker. */
    private void run() {
        supervisor.begin(config(server(1)));
        ready("front");
        ready("worker-0");
        world.takeSignals();
    }

    @Test
    void newOnesStartTogetherAndItIsDoneWhenAllAreReady() {
        run();
        CompletableFuture<Void> scaled = scale(3);
        assertThat(world.waiting()).containsExactly("worker-1", "worker-2");
        ready("worker-1");
        assertThat(scaled).isNotDone();
        ready("worker-2");
        assertThat(scaled).isCompleted();
        assertThat(names()).containsExactly("front", "worker-0", "worker-1", "worker-2");
        assertThat(((ServerRole.Worker)
                                process("worker-2").config().additions().role().orElseThrow())
                        .total())
                .isEqualTo(3);
    }

    @Test
    void theHighestIndexLeavesFirstAndItIsDoneWhenAllHaveEnded() {
        run();
        scale(3);
        ready("worker-1");
        ready("worker-2");
        int first = process("worker-2").pid();
        int second = process("worker-1").pid();
        CompletableFuture<Void> scaled = scale(1);
        assertThat(world.takeSignals()).containsExactly(new Sent(first, false, 15), new Sent(second, false, 15));
        assertThat(process("worker-2").state()).isEqualTo(State.STOPPING);
        exits("worker-2", 0);
        assertThat(scaled).isNotDone();
        assertThat(names()).containsExactly("front", "worker-0", "worker-1");
        exits("worker-1", 0);
        assertThat(scaled).isCompleted();
        assertThat(world.launches()).isZero();
    }

    @Test
    void noneAtAllIsANumberToo() {
        run();
        CompletableFuture<Void> scaled = scale(0);
        exits("worker-0", 0);
        assertThat(scaled).isCompleted();
        assertThat(names()).containsExactly("front");
        scale(1);
        assertThat(world.waiting()).containsExactly("worker-0");
    }

    @Test
    void thoseThatFailAreRemovedAgainWithAllAboveThem() {
        run();
        CompletableFuture<Void> scaled = scale(4);
        ready("worker-1");
        world.succeed();
        world.write("Traceback: no such module");
        exits("worker-2", 3);
        assertThat(scaled).isNotDone();
        ready("worker-3");
        assertThat(process("worker-3").state()).isEqualTo(State.STOPPING);
        exits("worker-3", 0);
        assertThat(scaled).isCompletedExceptionally();
        assertThatThrownBy(scaled::join)
                .hasMessageContaining(
                        "FAILED: web:worker-2: Exited too quickly (process log may have details)\nTraceback: no such module");
        assertThat(names()).containsExactly("front", "worker-0", "worker-1");
        assertThat(supervisor.numbers().of(server(1))).isEqualTo(2);
    }

    @Test
    void oneAfterTheOther() {
        run();
        CompletableFuture<Void> up = scale(2);
        CompletableFuture<Void> down = scale(1);
        assertThat(world.takeSignals()).isEmpty();
        ready("worker-1");
        assertThat(up).isCompleted();
        assertThat(down).isNotDone();
        exits("worker-1", 0);
        assertThat(down).isCompleted();
    }

    @Test
    void aStoppedGroupStaysStopped() {
        run();
        commands.stopGroup("web", false);
        world.loop().turn();
        exits("front", 0);
        exits("worker-0", 0);
        assertThat(scale(3)).isCompleted();
        assertThat(world.launches()).isZero();
        assertThat(names()).hasSize(4);
    }

    @Test
    void itIsKeptThroughARestartUntilTheConfigurationSaysAnotherNumber() {
        run();
        scale(2);
        ready("worker-1");
        supervisor.remember(config(server(1)));
        assertThat(supervisor.diff().changed()).isEmpty();
        assertThat(supervisor.lastRead().get(0).processes()).hasSize(3);
        supervisor.remember(config(server(5)));
        assertThat(supervisor.diff().changed()).containsExactly("web");
        assertThat(supervisor.lastRead().get(0).processes()).hasSize(6);

        supervisor.begin(config(server(1)));
        assertThat(names()).containsExactly("front", "worker-0", "worker-1");
        supervisor.begin(config(server(4)));
        assertThat(names()).hasSize(5);
        supervisor.begin(config(server(1)));
        assertThat(names()).containsExactly("front", "worker-0");
    }

    @Test
    void onlyWhatHasNumbersCanBeScaled() {
        supervisor.begin(
                config(new GroupConfig("cat", 999, List.of(program("cat").build()))));
        CompletableFuture<Void> scaled = commands.scale("cat", 2);
        CompletableFuture<Void> unknown = commands.scale("nosuch", 2);
        world.loop().turn();
        assertThatThrownBy(scaled::join).hasMessageContaining("FAILED: cat: only servers");
        assertThatThrownBy(unknown::join).hasMessageContaining("BAD_NAME: nosuch");
    }

    private void says(String load) {
        supervisor.onNotification(
                process("front").launchNumber(),
                new Notification(false, false, false, Optional.empty(), Optional.empty(), Optional.of(load)));
    }

    @Test
    void aServerWithLimitsFollowsWhatItsFrontSays() {
        supervisor.begin(config(server(1, Optional.of(new Limits(1, 3)))));
        ready("front");
        ready("worker-0");
        world.takeSignals();
        says("queue_ms=80 waiting=9 busy=1.00 workers=1");
        world.loop().advance(3, SECONDS);
        assertThat(world.waiting()).containsExactly("worker-1");
        world.loop().advance(10, SECONDS);
        assertThat(world.waiting()).containsExactly("worker-1");
        ready("worker-1");
        world.loop().advance(3, SECONDS);
        ready("worker-2");
        says("queue_ms=0 waiting=0 busy=0.00 workers=3");
        world.loop().advance(110, SECONDS);
        assertThat(world.takeSignals()).isEmpty();
        world.loop().advance(20, SECONDS);
        assertThat(process("worker-2").state()).isEqualTo(State.STOPPING);
        exits("worker-2", 0);
        world.loop().advance(62, SECONDS);
        exits("worker-1", 0);
        world.loop().advance(600, SECONDS);
        assertThat(names()).containsExactly("front", "worker-0");
    }

    @Test
    void aWorkerThatDoesNotComeUpIsNotTriedAgainAtOnce() {
        supervisor.begin(config(server(1, Optional.of(new Limits(1, 3)))));
        ready("front");
        ready("worker-0");
        says("queue_ms=80 waiting=9 busy=1.00 workers=1");
        world.loop().advance(3, SECONDS);
        world.succeed();
        exits("worker-1", 3);
        assertThat(names()).containsExactly("front", "worker-0");
        world.loop().advance(29, SECONDS);
        assertThat(world.launches()).isZero();
        world.loop().advance(2, SECONDS);
        assertThat(world.waiting()).containsExactly("worker-1");
    }

    @Test
    void withoutLimitsOnlyPeopleChangeTheNumber() {
        run();
        says("queue_ms=80 waiting=9 busy=1.00 workers=1");
        world.loop().advance(60, SECONDS);
        assertThat(world.launches()).isZero();
    }
}
