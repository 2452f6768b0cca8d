package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.FakeWorld.killed;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.Programs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A daemon that ends with one of its programs. */
class ExitWithTest {
    private final FakeWorld world = new FakeWorld();
    private boolean shutDown;
    private int main;
    private int other;

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

    /** Both run. */
    private void begin(Programs mainProgram, String exitWith) {
        supervisor.endWith(() -> Optional.of(exitWith));
        supervisor.begin(new Config(
                null, null, List.of(), true, List.of(group(mainProgram), group(program("other"))), List.of()));
        world.loop().turn();
        main = world.succeed();
        other = world.succeed();
        world.loop().advance(2, SECONDS);
    }

    private static GroupConfig group(Programs program) {
        ProcessConfig config = program.build();
        return new GroupConfig(config.name(), config.priority(), List.of(config));
    }

    private void ends(int pid, ExitStatus status) {
        supervisor.onReaped(pid, status, world.loop().nowNs());
        world.loop().turn();
    }

    private void endsAfterTheOther(int status) {
        assertThat(supervisor.state()).isEqualTo(SupervisorState.SHUTDOWN);
        assertThat(world.takeSignals()).containsExactly(new FakeWorld.Sent(other, false, 15));
        assertThat(shutDown).isFalse();
        ends(other, killed(15));
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isEqualTo(status);
    }

    @Test
    void endsWithItsStatusWhenTheOthersHaveStopped() {
        begin(program("main").autorestart(Autorestart.NEVER), "main");
        ends(main, exit(7));
        endsAfterTheOther(7);
    }

    @Test
    void successIsSuccess() {
        begin(program("main"), "main:main");
        ends(main, exit(0));
        endsAfterTheOther(0);
    }

    @Test
    void aSignalCountsAsForShells() {
        begin(program("main").autorestart(Autorestart.NEVER), "main");
        ends(main, killed(9));
        endsAfterTheOther(137);
    }

    @Test
    void aProgramThatCannotBeStartedEndsItToo() {
        begin(program("main").startretries(0), "main");
        ends(main, exit(3));
        world.loop().advance(1, SECONDS);
        world.fail("couldn't exec /bin/main: ENOENT");
        world.loop().turn();
        endsAfterTheOther(1);
    }

    @Test
    void whatIsRestartedHasNotEnded() {
        begin(program("main"), "main");
        ends(main, exit(3));
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
        assertThat(world.waiting()).containsExactly("main");
    }

    @Test
    void whatAClientStopsHasNotEnded() {
        begin(program("main"), "main");
        CompletableFuture<Void> stopped = commands.stop("main", "main", "main", true);
        world.loop().turn();
        ends(main, killed(15));
        assertThat(stopped).isCompleted();
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void othersMayEndAsTheyLike() {
        begin(program("main"), "main");
        ends(other, exit(0));
        assertThat(supervisor.state()).isEqualTo(SupervisorState.RUNNING);
    }

    @Test
    void anOrderlyShutdownIsNoFailureOfTheProgram() {
        begin(program("main"), "main");
        supervisor.shutdown();
        ends(main, killed(15));
        ends(other, killed(15));
        assertThat(shutDown).isTrue();
        assertThat(supervisor.exitStatus()).isZero();
    }

    @Test
    void aStatusThatIsNotKnownIsAFailure() {
        assertThat(ExitWith.status(new ExitStatus(-1, 0, false))).isEqualTo(1);
    }

    @Test
    void theTallySaysWhatRunsAndWhatIsLeftToStop() {
        begin(program("main"), "main");
        assertThat(supervisor.tally().text()).isEqualTo("2 of 2 processes running");
        ends(other, exit(0));
        assertThat(supervisor.tally().text()).isEqualTo("1 of 2 processes running");
        supervisor.shutdown();
        assertThat(supervisor.tally().text()).isEqualTo("shutting down, 1 to stop");
    }
}
