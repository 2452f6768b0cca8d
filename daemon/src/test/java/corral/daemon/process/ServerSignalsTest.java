package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.ConfigResult;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ProcessTemplate;
import corral.daemon.config.ServerRole;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.FakeWorld.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gunicorn's signals to a daemon that serves. */
class ServerSignalsTest {
    private static final Optional<String> MAKE = Optional.of("/bin/make-it-anew");
    private static final ListenConfig LISTEN =
            new ListenConfig(List.of(), 1, false, 0, OptionalInt.empty(), OptionalInt.empty());

    private final FakeWorld world = new FakeWorld();
    private final List<Config> restarts = new ArrayList<>();
    private final Supervisor supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
        @Override
        public void onShutDown() {}

        @Override
        public void onRestart(Config config) {
            restarts.add(config);
        }
    });
    private Config file = config(server("web", 10));
    private int readings;
    private final SupervisorCommands commands = new SupervisorCommands(world.loop(), supervisor, answer -> {
        readings++;
        answer.accept(new ConfigResult(Optional.of(file), List.of()));
    });
    private final ServerSignals signals = new ServerSignals(supervisor, commands);

    private static GroupConfig server(String name, int stopwaitsecs) {
        ProcessConfig front = program("front")
                .notifies(0)
                .rolling(1)
                .role(new ServerRole.Front(LISTEN, false))
                .build();
        ProcessTemplate template = new ProcessTemplate(
                1,
                Optional.empty(),
                List.of(front),
                (index, total) -> program("worker-" + index)
                        .notifies(0)
                        .rolling(1)
                        .stopwaitsecs(stopwaitsecs)
                        .autorestart(Autorestart.ALWAYS)
                        .role(new ServerRole.Worker(index, total, false, false))
                        .build());
        return new GroupConfig(name, 999, List.of(), Optional.of(template)).scaledTo(1);
    }

    private static Config config(GroupConfig... groups) {
        return new Config(null, null, List.of(), true, List.of(groups), List.of());
    }

    @BeforeEach
    void run() {
        supervisor.begin(file);
        ready("front");
        ready("worker-0");
        world.takeSignals();
    }

    private ProcessGroup group() {
        return supervisor.group("web").orElseThrow();
    }

    private int ready(String name) {
        assertThat(world.waiting()).startsWith(name);
        int pid = world.succeed();
        group().everyone().stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .ifPresent(process -> supervisor.onNotification(process.launchNumber(), Notification.READY));
        world.loop().turn();
        return pid;
    }

    private void exits(int pid, int code) {
        supervisor.onReaped(pid, exit(code), world.loop().nowNs());
        world.loop().turn();
    }

    private void errand(int status) {
        assertThat(world.waiting()).containsExactly("regenerate");
        int pid = world.succeed();
        world.loop().turn();
        exits(pid, status);
    }

    private void hangup() {
        signals.reload(MAKE);
        world.loop().turn();
    }

    @Test
    void aHangupReplacesTheWorkersWhenTheConfigurationHasBeenMadeAnew() {
        ManagedProcess old = group().find("worker-0").orElseThrow();
        hangup();
        assertThat(readings).isZero();
        errand(0);
        assertThat(readings).isEqualTo(1);
        ready("worker-0");
        assertThat(group().find("worker-0")).isNotEmpty().get().isNotSameAs(old);
        assertThat(world.takeSignals()).containsExactly(new Sent(old.pid(), false, 15));
        assertThat(world.launches()).isZero();
    }

    @Test
    void nothingChangesWhenItCannotBeMade() {
        hangup();
        errand(1);
        assertThat(readings).isZero();
        assertThat(world.launches()).isZero();
        hangup();
        errand(0);
        assertThat(world.waiting()).containsExactly("worker-0");
    }

    @Test
    void aCommandThatTakesTooLongIsEnded() {
        hangup();
        int pid = world.succeed();
        world.loop().advance(61, TimeUnit.SECONDS);
        assertThat(world.takeSignals()).contains(new Sent(pid, true, 15));
        exits(pid, 143);
        assertThat(readings).isZero();
        hangup();
        assertThat(world.waiting()).containsExactly("regenerate");
    }

    @Test
    void hangupsDuringOneBringOneMore() {
        hangup();
        hangup();
        hangup();
        errand(0);
        int old = group().find("worker-0").orElseThrow().pid();
        ready("worker-0");
        assertThat(world.waiting()).containsExactly("regenerate");
        errand(0);
        exits(old, 0);
        ready("worker-0");
        assertThat(world.launches()).isZero();
        assertThat(readings).isEqualTo(2);
    }

    @Test
    void anotherNameOfTheServerTakesARestart() {
        file = config(server("shop", 10));
        hangup();
        errand(0);
        group().processes().forEach(process -> exits(process.pid(), 0));
        world.loop().turn();
        assertThat(restarts).containsExactly(file);
    }

    @Test
    void oneWorkerMoreAndOneFewerButNotTheLast() {
        signals.scale(-1);
        world.loop().turn();
        assertThat(world.takeSignals()).isEmpty();
        signals.scale(1);
        signals.scale(1);
        signals.scale(-1);
        world.loop().turn();
        ready("worker-1");
        ready("worker-2");
        assertThat(world.takeSignals()).hasSize(1);
        assertThat(group().find("worker-2").orElseThrow().state()).isEqualTo(State.STOPPING);
    }

    @Test
    void withSeveralServersNobodyKnowsWhichOneIsMeant() {
        supervisor.add(server("shop", 10));
        world.succeed();
        world.succeed();
        signals.scale(1);
        world.loop().turn();
        assertThat(world.launches()).isZero();
    }

    @Test
    void frontsAreReplacedAndToldToReopenTheirLogs() {
        int old = group().front().orElseThrow().pid();
        signals.reopenLogs();
        world.loop().turn();
        assertThat(world.takeSignals()).containsExactly(new Sent(old, false, 10));
        signals.upgrade();
        world.loop().turn();
        ready("front");
        assertThat(group().front().orElseThrow().pid()).isNotEqualTo(old);
    }
}
