package corral.daemon.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultPointsTest {
    private final AtomicInteger deaths = new AtomicInteger();

    private FaultPoints points(String value) {
        return FaultPoints.fromEnvironment(Map.of(FaultPoints.VARIABLE, value), deaths::incrementAndGet);
    }

    @Test
    void nothingHappensUnlessSomebodyAsksForIt() {
        assertThat(FaultPoints.fromEnvironment(Map.of(), deaths::incrementAndGet))
                .isSameAs(FaultPoints.NONE);
        assertThat(points("")).isSameAs(FaultPoints.NONE);
    }

    @Test
    void onlyTheNamedPointKills() {
        FaultPoints points = points("spawn.recorded");
        points.reached("spawn.launched");
        assertThat(deaths).hasValue(0);
        points.reached("spawn.recorded");
        assertThat(deaths).hasValue(1);
    }

    @Test
    void theThirdTimeCanBeMeant() {
        FaultPoints points = points("exit.seen@3");
        points.reached("exit.seen");
        points.reached("exit.seen");
        assertThat(deaths).hasValue(0);
        points.reached("exit.seen");
        points.reached("exit.seen");
        assertThat(deaths).hasValue(1);
    }

    @Test
    void aCountBelowOneIsAMistake() {
        assertThatThrownBy(() -> points("exit.seen@0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> points("exit.seen@soon")).isInstanceOf(IllegalArgumentException.class);
    }
}
