package corral.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigResult;
import corral.daemon.fake.FakeWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever asks for the end or a new beginning is answered before the control server, which is closed then. */
class AnswerBeforeTheEndTest {
    private static final Config NOTHING = new Config(null, null, List.of(), true, List.of(), List.of());

    private final FakeWorld world = new FakeWorld();
    private final List<String> events = new ArrayList<>();

    private final Supervisor supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
        @Override
        public void onShutDown() {
            events.add("shut down");
        }

        @Override
        public void onRestart(Config config) {
            events.add("restart");
        }

        @Override
        public void onReloaded() {
            events.add("reloaded");
        }
    });

    private final SupervisorCommands commands = new SupervisorCommands(
            world.loop(), supervisor, answer -> answer.accept(new ConfigResult(Optional.of(NOTHING), List.of())));

    @BeforeEach
    void begin() {
        supervisor.begin(NOTHING);
        world.loop().turn();
    }

    @Test
    void ofAShutdownWithNothingToStop() {
        commands.shutdown().thenRun(() -> events.add("answer"));
        world.loop().turn();
        assertThat(events).containsExactly("answer", "shut down");
    }

    @Test
    void ofARestartWithNothingToStop() {
        commands.restart().thenRun(() -> events.add("answer"));
        world.loop().turn();
        assertThat(events).containsExactly("answer", "restart");
    }
}
