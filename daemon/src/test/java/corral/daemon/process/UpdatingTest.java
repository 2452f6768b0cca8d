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

/** Another configuration for a group that goes on working. */
class UpdatingTest {
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

    /** What differs between two configurations; {@code stopwaitsecs} stands for every option. */
    private record Settings(int front, int worker, int workers, int priority, Optional<Limits> limits) {
        static final Settings FIRST = new Settings(10, 10, 2, 999, Optional.empty());

        Settings front(int other) {
            return new Settings(other, worker, workers, priority, limits);
        }

        Settings worker(int other) {
            return new Settings(front, other, workers, priority, limits);
        }

        Settings workers(int other) {
            return new Settings(front, worker, other, priority, limits);
        }

        GroupConfig group() {
            ProcessConfig frontConfig = program("front")
                    .notifies(0)
                    .rolling(1)
                    .stopwaitsecs(front)
                    .role(new ServerRole.Front(LISTEN, false))
                    .build();
            ProcessTemplate template = new ProcessTemplate(workers, limits, List.of(frontConfig), this::worker);
            return new GroupConfig("web", priority, List.of(), Optional.of(template)).scaledTo(workers);
        }

        private ProcessConfig worker(int index, int total) {
            return program("worker-" + index)
                    .notifies(0)
                    .rolling(1)
                    .stopwaitsecs(worker)
                    .autorestart(Autorestart.ALWAYS)
                    .role(new ServerRole.Worker(index, total, false, false))
                    .build();
        }
    }

    private static Config config(GroupConfig... groups) {
        return new Config(null, null, List.of(), true, List.of(groups), List.of());
    }

    private ProcessGroup group() {
        return supervisor.group("web").orElseThrow();
    }

    private ManagedProcess process(String name) {
        return group().find(name).orElseThrow();
    }

    private List<String> settings() {
        return group().processes().stream()
                .map(process -> process.name() + " " + process.config().stopwaitsecs())
                .toList();
    }

    /** The next launch succeeds and says that it is ready. */
    private void ready(String name) {
        assertThat(world.waiting()).startsWith(name);
        int pid = world.succeed();
        group().everyone().stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .ifPresent(process -> supervisor.onNotification(process.launchNumber(), Notification.READY));
        world.loop().turn();
    }

    private void exits(int pid, int code) {
        supervisor.onReaped(pid, exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    private void retiredExit() {
        group().retired().forEach(process -> exits(process.pid(), 0));
    }

    private void run() {
        supervisor.begin(config(Settings.FIRST.group()));
        ready("front");
        ready("worker-0");
        ready("worker-1");
        world.takeSignals();
    }

    private CompletableFuture<Boolean> update(Settings next) {
        supervisor.remember(config(next.group()));
        CompletableFuture<Boolean> updated = commands.update("web");
        world.loop().turn();
        return updated;
    }

    private List<String> changed() {
        return supervisor.diff().changed();
    }

    @Test
    void workersWithOtherSettingsAreReplacedOneAfterAnother() {
        run();
        CompletableFuture<Boolean> updated = update(Settings.FIRST.worker(7));
        assertThat(changed()).containsExactly("web");
        assertThat(world.waiting()).containsExactly("worker-0");
        ready("worker-0");
        retiredExit();
        ready("worker-1");
        assertThat(updated).isCompletedWithValue(true);
        assertThat(settings()).containsExactly("front 10", "worker-0 7", "worker-1 7");
        assertThat(changed()).isEmpty();
        retiredExit();
        assertThat(world.launches()).isZero();
    }

    @Test
    void theFrontComesFirst() {
        run();
        int old = process("front").pid();
        CompletableFuture<Boolean> updated =
                update(Settings.FIRST.front(5).worker(7).workers(3));
        assertThat(world.waiting()).containsExactly("front");
        ready("front");
        assertThat(world.takeSignals()).extracting(Sent::pid).containsExactly(old);
        ready("worker-0");
        retiredExit();
        ready("worker-1");
        retiredExit();
        assertThat(updated).isNotDone();
        ready("worker-2");
        assertThat(updated).isCompletedWithValue(true);
        assertThat(settings()).containsExactly("front 5", "worker-0 7", "worker-1 7", "worker-2 7");
    }

    @Test
    void anotherNumberAloneReplacesNobody() {
        run();
        CompletableFuture<Boolean> updated = update(Settings.FIRST.workers(1));
        assertThat(world.launches()).isZero();
        assertThat(world.takeSignals())
                .containsExactly(new Sent(process("worker-1").pid(), false, 15));
        exits(process("worker-1").pid(), 0);
        assertThat(updated).isCompletedWithValue(true);
        assertThat(settings()).hasSize(2);
        assertThat(changed()).isEmpty();
    }

    @Test
    void aChosenNumberStaysUntilTheConfigurationSaysAnother() {
        run();
        commands.scale("web", 3);
        world.loop().turn();
        ready("worker-2");
        assertThat(changed()).isEmpty();
        CompletableFuture<Boolean> updated = update(Settings.FIRST.front(5));
        ready("front");
        assertThat(updated).isCompletedWithValue(true);
        assertThat(settings()).hasSize(4);

        update(Settings.FIRST.front(5).workers(1));
        exits(process("worker-2").pid(), 0);
        exits(process("worker-1").pid(), 0);
        assertThat(settings()).containsExactly("front 5", "worker-0 10");
        assertThat(changed()).isEmpty();
    }

    @Test
    void limitsAloneChangeNoProcess() {
        run();
        Settings limited = new Settings(10, 10, 2, 999, Optional.of(new Limits(1, 4)));
        assertThat(update(limited)).isCompletedWithValue(true);
        assertThat(world.launches()).isZero();
        assertThat(changed()).isEmpty();
        assertThat(group().config().template().orElseThrow().limits()).isPresent();
    }

    @Test
    void whatCannotBeDoneWithoutAGapIsLeftToARestart() {
        run();
        assertThat(update(new Settings(10, 7, 2, 5, Optional.empty()))).isCompletedWithValue(false);
        assertThat(world.launches()).isZero();
        assertThat(world.takeSignals()).isEmpty();
        assertThat(changed()).containsExactly("web");
    }

    @Test
    void aFirstWorkerThatFailsLeavesTheOldOnesAndTheOldConfiguration() {
        run();
        ManagedProcess old = process("worker-0");
        CompletableFuture<Boolean> updated = update(Settings.FIRST.worker(7).workers(4));
        int pid = world.succeed();
        world.write("Traceback: x");
        exits(pid, 3);
        assertThatThrownBy(updated::join)
                .hasMessageContaining("FAILED: web:worker-0: ")
                .hasMessageContaining("Traceback: x");
        assertThat(process("worker-0")).isSameAs(old);
        assertThat(settings()).containsExactly("front 10", "worker-0 10", "worker-1 10");
        assertThat(changed()).containsExactly("web");

        CompletableFuture<Boolean> again = update(Settings.FIRST.worker(8));
        ready("worker-0");
        retiredExit();
        ready("worker-1");
        assertThat(again).isCompletedWithValue(true);
    }

    @Test
    void aHalfAppliedUpdateCanBeTakenBack() {
        run();
        CompletableFuture<Boolean> updated = update(Settings.FIRST.worker(7));
        ready("worker-0");
        retiredExit();
        int pid = world.succeed();
        exits(pid, 3);
        assertThat(updated).isCompletedExceptionally();
        assertThat(settings()).containsExactly("front 10", "worker-0 7", "worker-1 10");
        supervisor.remember(config(Settings.FIRST.group()));
        assertThat(changed()).containsExactly("web");
        CompletableFuture<Boolean> back = update(Settings.FIRST);
        ready("worker-0");
        assertThat(back).isCompletedWithValue(true);
        assertThat(changed()).isEmpty();
    }

    @Test
    void aRollingProgramGetsAnotherNumberAndOtherSettings() {
        supervisor.begin(config(numbered(1, 10, 1)));
        world.succeed();
        world.loop().advance(2, SECONDS);
        CompletableFuture<Boolean> number = updateNumbered(numbered(2, 10, 1));
        assertThat(world.waiting()).containsExactly("n1");
        world.succeed();
        world.loop().advance(2, SECONDS);
        assertThat(number).isCompletedWithValue(true);
        updateNumbered(numbered(2, 9, 1));
        assertThat(world.waiting()).containsExactly("n0");
    }

    @Test
    void aProgramThatIsNotRollingIsRestartedAsSupervisorDoesIt() {
        supervisor.begin(config(numbered(1, 10, 0)));
        world.succeed();
        assertThat(updateNumbered(numbered(2, 10, 0))).isCompletedWithValue(false);
        assertThat(updateNumbered(numbered(1, 9, 0))).isCompletedWithValue(false);
        assertThat(world.launches()).isZero();
    }

    private CompletableFuture<Boolean> updateNumbered(GroupConfig next) {
        supervisor.remember(config(next));
        CompletableFuture<Boolean> updated = commands.update("n");
        world.loop().turn();
        return updated;
    }

    private static GroupConfig numbered(int number, int stopwaitsecs, int surge) {
        ProcessTemplate template = new ProcessTemplate(
                number,
                Optional.empty(),
                List.of(),
                (index, total) -> program("n" + index)
                        .stopwaitsecs(stopwaitsecs)
                        .rolling(surge)
                        .build());
        return new GroupConfig("n", 999, List.of(), Optional.of(template)).scaledTo(number);
    }
}
