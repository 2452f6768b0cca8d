package corral.daemon.process;

import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.HealthCheck;
import corral.daemon.fake.FakeWorld;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a health check is made and what its answers mean, on a clock that the test moves. */
class HealthTest {
    private final FakeWorld world = new FakeWorld();
    private final List<String> heard = new ArrayList<>();
    private final Health health = make(10_000, 3, 0);

    private Health make(long intervalMs, int retries, long startPeriodMs) {
        HealthCheck check = new HealthCheck(new HealthCheck.Tcp("h", 1), intervalMs, 5000, retries, startPeriodMs);
        return new Health(world.ports(), "g", program("a").healthCheck(check).build(), new Health.Listener() {
            @Override
            public void onHealthy() {
                heard.add("healthy");
            }

            @Override
            public void onNeverHealthy(String reason) {
                heard.add("never: " + reason);
            }

            @Override
            public void onUnhealthy(String reason) {
                heard.add("unhealthy: " + reason);
            }
        });
    }

    /** Answers the probe that has been asked for. */
    private void answer(String reason) {
        assertThat(world.probes()).isEqualTo(1);
        world.answerProbe(reason);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            world.loop().advance(10, SECONDS);
            answer("connection refused");
        }
    }

    @Test
    void timeInWhichTheDaemonWasStoppedIsNotTakenFromTheStart() {
        health.begin();
        answer("connection refused");
        world.loop().lose(60, SECONDS);
        answer("connection refused");
        assertThat(heard).isEmpty();
        world.loop().advance(1, SECONDS);
        answer("");
        assertThat(heard).containsExactly("healthy");
    }

    @Test
    void theFirstSuccessCounts() {
        health.begin();
        assertThat(health.text()).isEqualTo("not healthy yet");
        answer("");
        assertThat(heard).containsExactly("healthy");
        assertThat(health.text()).isEmpty();
    }

    @Test
    void untilTheFirstSuccessItLooksOftenAndThenAtItsInterval() {
        health.begin();
        for (long pauseMs : new long[] {200, 400, 800, 1600, 3200, 6400, 10_000}) {
            answer("connection refused");
            assertThat(health.text()).isEqualTo("not healthy yet: connection refused");
            world.loop().advance(pauseMs - 1, MILLISECONDS);
            assertThat(world.probes()).as("before %d ms", pauseMs).isZero();
            world.loop().advance(1, MILLISECONDS);
        }
        answer("");
        world.loop().advance(9999, MILLISECONDS);
        assertThat(world.probes()).isZero();
        world.loop().advance(1, MILLISECONDS);
        assertThat(world.probes()).isEqualTo(1);
    }

    @Test
    void aStartMayTakeItsPeriodAndAllRetries() {
        Health slow = make(2000, 3, 4000);
        slow.begin();
        for (int i = 0; heard.isEmpty() && i < 100; i++) {
            answer("no");
            if (heard.isEmpty()) {
                world.loop().advance(100, MILLISECONDS);
                while (world.probes() == 0) {
                    world.loop().advance(100, MILLISECONDS);
                }
            }
        }
        assertThat(heard).containsExactly("never: no");
        long tookMs = MILLISECONDS.convert(world.loop().nowNs(), java.util.concurrent.TimeUnit.NANOSECONDS) - 3_600_000;
        assertThat(tookMs).isBetween(10_000L, 10_200L);
        assertThat(world.loop().deadlines()).isZero();
    }

    @Test
    void someFailuresInARowAreTooMany() {
        health.begin();
        answer("");
        fail(2);
        assertThat(health.isUnhealthy()).isFalse();
        fail(1);
        assertThat(heard).containsExactly("healthy", "unhealthy: connection refused");
        assertThat(health.text()).isEqualTo("unhealthy: connection refused");
        fail(3);
        assertThat(heard).hasSize(2);
        world.loop().advance(10, SECONDS);
        answer("");
        assertThat(health.isUnhealthy()).isFalse();
        fail(3);
        assertThat(heard).hasSize(4).endsWith("healthy", "unhealthy: connection refused");
    }

    @Test
    void aSuccessBetweenThemForgivesThem() {
        health.begin();
        answer("");
        for (int i = 0; i < 5; i++) {
            fail(2);
            world.loop().advance(10, SECONDS);
            answer("");
        }
        assertThat(heard).containsExactly("healthy");
    }

    @Test
    void anAnswerThatComesTooLateIsForTheLaunchBefore() {
        health.begin();
        health.end();
        health.begin();
        world.answerProbe("");
        assertThat(heard).isEmpty();
        answer("");
        assertThat(heard).containsExactly("healthy");
        health.end();
        assertThat(world.loop().deadlines()).isZero();
        assertThat(health.text()).isEmpty();
    }
}
