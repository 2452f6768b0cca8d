package corral.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Config;
import corral.daemon.fake.FakeWorld;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A daemon that is told to end while it begins anew. */
class ShutdownInRestartTest {
    private static final Config NOTHING = new Config(null, null, List.of(), true, List.of(), List.of());

    private final FakeWorld world = new FakeWorld();
    private int shutDowns;
    private int restarts;

    private final Supervisor supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
        @Override
        public void onShutDown() {
            shutDowns++;
        }

        @Override
        public void onRestart(Config config) {
            restarts++;
        }
    });

    @Test
    void itEndsEvenIfEverythingHadStoppedAndTheNewBeginningWasUnderWay() {
        supervisor.begin(NOTHING);
        supervisor.restart(NOTHING);
        world.loop().turn();
        assertThat(restarts).isEqualTo(1);
        supervisor.shutdown();
        world.loop().turn();
        supervisor.begin(NOTHING);
        assertThat(supervisor.state()).isEqualTo(SupervisorState.SHUTDOWN);
        assertThat(shutDowns).isEqualTo(1);
    }
}
