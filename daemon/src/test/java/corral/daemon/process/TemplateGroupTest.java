package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.fake.FakeWorld;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server with preload_app: what the fate of its template is to its workers. */
class TemplateGroupTest {
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

    private void start(boolean exitOnBootFailure) {
        supervisor.add(new GroupConfig(
                "web",
                999,
                List.of(
                        program("template")
                                .notifies(0)
                                .rolling(1)
                                .startretries(0)
                                .autorestart(Autorestart.ALWAYS)
                                .role(new ServerRole.Template(exitOnBootFailure))
                                .build(),
                        program("worker-0")
                                .notifies(0)
                                .rolling(1)
                                .autorestart(Autorestart.ALWAYS)
                                .role(new ServerRole.Worker(0, 1, exitOnBootFailure, true))
                                .build())));
    }

    private ManagedProcess process(String name) {
        return supervisor.group("web").flatMap(group -> group.find(name)).orElseThrow();
    }

    private void templateExits(int code) {
        supervisor.onReaped(process("template").pid(), exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    @Test
    void workersOfATemplateThatIsGivenUpHaveNothingToWaitFor() {
        start(false);
        world.succeed();
        assertThat(world.hopeless()).isEmpty();
        templateExits(3);
        world.loop().advance(1, SECONDS);
        assertThat(process("template").state()).isEqualTo(State.FATAL);
        assertThat(world.hopeless()).hasSize(1).first().asString().startsWith("web: ");
    }

    @Test
    void aWorkerThatWaitsForItsTemplateIsStoppedAtOnce() {
        start(false);
        world.succeed();
        var stopped = process("worker-0").stop(true);
        world.loop().turn();
        assertThat(stopped).isCompleted();
        assertThat(process("worker-0").state()).isEqualTo(State.STOPPED);
        assertThat(world.takeSignals()).isEmpty();
    }

    @Test
    void anApplicationThatCannotBeLoadedEndsTheDaemonWithTheStatusOfTheTemplate() {
        start(true);
        world.succeed();
        templateExits(4);
        world.loop().turn();
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(4);
    }

    private void ready(ManagedProcess process) {
        supervisor.onNotification(process.launchNumber(), Notification.READY);
        world.loop().turn();
    }

    private ManagedProcess successor() {
        ProcessGroup group = supervisor.group("web").orElseThrow();
        return group.everyone().stream()
                .filter(process -> process.state() == State.STARTING)
                .findFirst()
                .orElseThrow();
    }

    private CompletableFuture<Void> reloadUpToTheWorker() {
        start(false);
        world.succeed();
        world.succeed();
        ready(process("template"));
        ready(process("worker-0"));
        world.takeSignals();
        CompletableFuture<Void> answer = new SupervisorCommands(world.loop(), supervisor, config -> {
                    throw new AssertionError("nobody asked for a configuration");
                })
                .reload("web");
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("template");
        world.succeed();
        world.loop().turn();
        assertThat(world.waiting()).isEmpty();
        ready(successor());
        assertThat(world.waiting()).containsExactly("worker-0");
        assertThat(world.takeSignals()).isEmpty();
        return answer;
    }

    @Test
    void anOldTemplateGoesWhenItsWorkersHaveGone() {
        CompletableFuture<Void> reload = reloadUpToTheWorker();
        int oldTemplate = process("template").pid();
        int oldWorker = process("worker-0").pid();
        int worker = world.succeed();
        world.loop().turn();
        assertThat(reload).isNotDone();
        ready(successor());
        assertThat(reload).isCompleted();
        assertThat(process("worker-0").pid()).isEqualTo(worker);
        assertThat(process("template").pid()).isNotEqualTo(oldTemplate);
        assertThat(world.takeSignals())
                .containsExactlyInAnyOrder(
                        new FakeWorld.Sent(oldWorker, false, 15), new FakeWorld.Sent(oldTemplate, false, 15));
        assertThat(world.hopeless()).isEmpty();
    }

    @Test
    void anOldTemplateStaysWhenItsWorkersDo() {
        CompletableFuture<Void> reload = reloadUpToTheWorker();
        int oldTemplate = process("template").pid();
        int oldWorker = process("worker-0").pid();
        int worker = world.succeed();
        world.loop().turn();
        supervisor.onReaped(worker, exit(3), world.loop().nowNs());
        world.loop().turn();
        assertThat(reload).isCompletedExceptionally();
        assertThat(process("template").pid()).isEqualTo(oldTemplate);
        assertThat(process("worker-0").pid()).isEqualTo(oldWorker);
        assertThat(world.takeSignals())
                .hasSize(1)
                .noneMatch(sent -> sent.pid() == oldTemplate || sent.pid() == oldWorker);
        assertThat(world.hopeless()).isEmpty();
    }

    @Test
    void aTemplateThatDiesLeavesItsWorkersAlone() {
        start(false);
        world.succeed();
        world.succeed();
        templateExits(1);
        assertThat(process("worker-0").state()).isEqualTo(State.STARTING);
        assertThat(world.takeSignals()).isEmpty();
    }
}
