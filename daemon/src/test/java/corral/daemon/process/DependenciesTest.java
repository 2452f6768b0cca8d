package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.HealthCheck;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import corral.daemon.fake.Programs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Programs that wait for others, on a clock that the test moves. */
class DependenciesTest {
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

    private final SupervisorCommands commands = new SupervisorCommands(world.loop(), supervisor, answer -> {});

    private void begin(GroupConfig... groups) {
        supervisor.begin(new Config(null, null, List.of(), true, List.of(groups), List.of()));
        world.loop().turn();
    }

    private static GroupConfig group(Programs program) {
        ProcessConfig config = program.build();
        return new GroupConfig(config.name(), config.priority(), List.of(config));
    }

    private ManagedProcess process(String name) {
        return supervisor.group(name).orElseThrow().processes().get(0);
    }

    private CompletableFuture<Void> start(String name) {
        CompletableFuture<Void> started = commands.start(name, name, name, true);
        world.loop().turn();
        return started;
    }

    private CompletableFuture<Void> stop(String name) {
        CompletableFuture<Void> stopped = commands.stop(name, name, name, true);
        world.loop().turn();
        return stopped;
    }

    private void exits(int pid, int code) {
        supervisor.onReaped(pid, exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    /** Launches the next one in line and lets it be up for its startsecs. */
    private int run(String name) {
        assertThat(world.waiting()).startsWith(name);
        int pid = world.succeed();
        world.loop().advance(1, SECONDS);
        assertThat(process(name).state()).isEqualTo(State.RUNNING);
        return pid;
    }

    @Test
    void eachIsLaunchedWhenWhatItDependsOnIsReady() {
        begin(
                group(program("web").dependsOn("db", "cache").priority(1)),
                group(program("cache").dependsOn("db").priority(2)),
                group(program("db").priority(3)));
        assertThat(world.waiting()).containsExactly("db");
        assertThat(process("web").state()).isEqualTo(State.STARTING);
        assertThat(process("web").pid()).isZero();
        assertThat(process("web").snapshot().description()).isEqualTo("waiting for db, cache");
        run("db");
        assertThat(process("web").snapshot().description()).isEqualTo("waiting for cache");
        run("cache");
        run("web");
        assertThat(world.launches()).isZero();
    }

    @Test
    void readyMeansHealthy() {
        HealthCheck check = new HealthCheck(new HealthCheck.Tcp("h", 1), 1000, 500, 3, 0);
        begin(group(program("db").healthCheck(check)), group(program("web").dependsOn("db")));
        world.succeed();
        world.loop().turn();
        world.answerProbe("connection refused");
        world.loop().advance(2, SECONDS);
        assertThat(world.launches()).isZero();
        world.answerProbe("");
        world.loop().turn();
        run("web");
    }

    @Test
    void aClientsStartStartsWhatIsStoppedAndWaitsForBoth() {
        begin(
                group(program("db").autostart(false)),
                group(program("web").dependsOn("db").autostart(false)));
        assertThat(world.launches()).isZero();
        CompletableFuture<Void> started = start("web");
        run("db");
        assertThat(started).isNotDone();
        run("web");
        assertThat(started).isCompleted();
    }

    @Test
    void autostartStartsWhatDoesNotStartByItself() {
        begin(group(program("db").autostart(false)), group(program("web").dependsOn("db")));
        run("db");
        run("web");
    }

    @Test
    void theStartFailsWithTheReasonWhenWhatItDependsOnCannotBeStarted() {
        begin(
                group(program("db").autostart(false).startretries(0)),
                group(program("web").dependsOn("db").autostart(false)));
        CompletableFuture<Void> started = start("web");
        world.fail("no luck");
        world.loop().turn();
        assertThat(process("web").state()).isEqualTo(State.FATAL);
        assertThat(process("web").snapshot().description()).isEqualTo("db cannot be started: no luck");
        assertThatThrownBy(started::join).cause().isInstanceOf(RefusedException.class);
        CompletableFuture<Void> again = start("web");
        run("db");
        run("web");
        assertThat(again).isCompleted();
    }

    @Test
    void aStopEndsTheWaiting() {
        begin(group(program("db")), group(program("web").dependsOn("db")));
        assertThat(stop("web")).isCompleted();
        assertThat(process("web").state()).isEqualTo(State.STOPPED);
        assertThat(process("web").snapshot().description()).isEqualTo("Not started");
        run("db");
        assertThat(world.launches()).isZero();
        CompletableFuture<Void> started = start("web");
        run("web");
        assertThat(started).isCompleted();
    }

    @Test
    void whoHasStartedDoesNotCareAnyMore() {
        begin(group(program("db")), group(program("web").dependsOn("db")));
        int db = run("db");
        int web = run("web");
        stop("db");
        exits(db, 0);
        assertThat(process("db").state()).isEqualTo(State.STOPPED);
        assertThat(process("web").state()).isEqualTo(State.RUNNING);
        exits(web, 1);
        assertThat(world.waiting()).containsExactly("web");
    }

    @Test
    void aJobThatHasBeenReadyOnceIsEnough() {
        begin(
                group(program("job").startsecs(0).autostart(false)),
                group(program("db")),
                group(program("web").dependsOn("job", "db")));
        assertThat(world.waiting()).containsExactlyInAnyOrder("db", "job");
        while (world.launches() > 0) {
            int pid = world.succeed();
            world.loop().turn();
            if (process("job").pid() == pid) {
                exits(pid, 0);
            }
        }
        assertThat(process("job").state()).isEqualTo(State.EXITED);
        world.loop().advance(1, SECONDS);
        run("web");
    }

    @Test
    void aGroupThatComesLaterIsWaitedFor() {
        begin();
        supervisor.add(group(program("web").dependsOn("db")));
        world.loop().turn();
        assertThat(process("web").snapshot().description()).isEqualTo("waiting for db");
        supervisor.add(group(program("db")));
        world.loop().turn();
        run("db");
        run("web");
    }

    @Test
    void aShutdownStopsDependentsFirstWhateverTheirPriority() {
        begin(
                group(program("db").priority(900)),
                group(program("cache").dependsOn("db").priority(50)),
                group(program("web").dependsOn("cache").priority(50)));
        int db = run("db");
        int cache = run("cache");
        int web = run("web");
        supervisor.shutdown();
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(new Sent(web, false, 15));
        exits(web, 0);
        assertThat(world.takeSignals()).containsExactly(new Sent(cache, false, 15));
        exits(cache, 0);
        assertThat(world.takeSignals()).containsExactly(new Sent(db, false, 15));
        assertThat(shutDown).isFalse();
        exits(db, 0);
        assertThat(shutDown).isTrue();
        assertThat(world.loop().deadlines()).isZero();
    }

    @Test
    void aShutdownEndsTheWaiting() {
        begin(group(program("db")), group(program("web").dependsOn("db")));
        supervisor.shutdown();
        int db = world.succeed();
        world.loop().turn();
        assertThat(process("web").state()).isEqualTo(State.STOPPED);
        exits(db, 0);
        assertThat(shutDown).isTrue();
        assertThat(world.launches()).isZero();
    }
}
