package corral.it.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static Trend of(IntToDoubleFunction value) {
        Trend trend = new Trend("memory", "MB", 4);
        for (int i = 0; i < 180; i++) {
            trend.add(value.applyAsDouble(i));
        }
        return trend;
    }

    @Test
    void whatGrowsOnlyInTheBeginningIsFlat() {
        assertThat(of(i -> Math.min(i, 40)).flat()).isTrue();
    }

    @Test
    void aSawIsFlat() {
        assertThat(of(i -> 80 + i % 10).flat()).isTrue();
    }

    @Test
    void whatGrowsOnIsNotFlat() {
        Trend leak = of(i -> 80 + i * 0.1);
        assertThat(leak.flat()).isFalse();
        assertThat(leak.perHour(10)).isCloseTo(36, within(0.1));
    }
}
