package corral.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.ProcessTemplate.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When there is one worker more or one fewer. */
class AutoscalerTest {
    private static final Limits LIMITS = new Limits(1, 6);
    private static final Load IDLE = load(0, 0.0, 4);
    private static final Load BUSY = load(0, 0.9, 4);

    private final Autoscaler autoscaler = new Autoscaler();
    private final List<Integer> steps = new ArrayList<>();
    private long nowNs = TimeUnit.HOURS.toNanos(9);
    private int workers = 4;
    private boolean settled = true;

    private static Load load(long queueMs, double busy, int workers) {
        return new Load(queueMs, 0, busy, workers);
    }

    /** So many seconds with this load; workers come and go at once. */
    private List<Integer> live(Load load, int seconds) {
        steps.clear();
        for (int i = 0; i < seconds; i++) {
            nowNs += TimeUnit.SECONDS.toNanos(1);
            autoscaler.look(load, LIMITS, workers, settled, nowNs).ifPresent(step -> {
                workers = step.workers();
                steps.add(workers);
            });
        }
        return List.copyOf(steps);
    }

    @Test
    void threeBusySecondsBringOneMore() {
        assertThat(live(BUSY, 2)).isEmpty();
        assertThat(live(BUSY, 1)).containsExactly(5);
    }

    @Test
    void aQueueDoesItToo() {
        assertThat(live(load(51, 0.1, 4), 3)).containsExactly(5);
        assertThat(live(load(50, 0.1, 4), 30)).isEmpty();
    }

    @Test
    void aPauseBeginsTheCountAnew() {
        live(BUSY, 2);
        live(load(0, 0.7, 4), 1);
        assertThat(live(BUSY, 2)).isEmpty();
    }

    @Test
    void thereIsAnEndToIt() {
        assertThat(live(BUSY, 60)).containsExactly(5, 6);
        workers = 9;
        assertThat(live(BUSY, 60)).isEmpty();
    }

    @Test
    void aStepWaitsForTheOneBefore() {
        settled = false;
        assertThat(live(BUSY, 30)).isEmpty();
        settled = true;
        assertThat(live(BUSY, 1)).containsExactly(5);
    }

    @Test
    void aMinuteOfIdlenessTakesOneAway() {
        assertThat(live(IDLE, 60)).isEmpty();
        assertThat(live(IDLE, 1)).containsExactly(3);
        assertThat(live(IDLE, 60)).isEmpty();
        assertThat(live(IDLE, 1)).containsExactly(2);
        assertThat(live(IDLE, 300)).containsExactly(1);
    }

    @Test
    void thoseWhoStayMustBeHalfIdle() {
        assertThat(live(load(0, 0.38, 4), 200)).isEmpty();
        assertThat(live(load(5, 0.1, 4), 200)).isEmpty();
        assertThat(live(load(4, 0.37, 4), 200)).isNotEmpty();
    }

    @Test
    void oneBusySecondBeginsTheMinuteAnew() {
        live(IDLE, 59);
        live(BUSY, 1);
        assertThat(live(IDLE, 60)).isEmpty();
    }

    @Test
    void afterAStepUpNoneGoesForTwoMinutes() {
        live(BUSY, 3);
        assertThat(live(IDLE, 119)).isEmpty();
        assertThat(live(IDLE, 1)).containsExactly(4);
    }

    @Test
    void aLoadThatStaysNeverSwings() {
        for (double demand = 0.1; demand < 6; demand += 0.1) {
            workers = 3;
            List<Integer> seen = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                seen.addAll(live(load(0, Math.min(1, demand / workers), workers), 1));
            }
            boolean up = seen.stream().anyMatch(n -> n > 3);
            boolean down = seen.stream().anyMatch(n -> n < 3);
            assertThat(up && down).as("demand " + demand + ": " + seen).isFalse();
            assertThat(seen).as("demand " + demand).doesNotHaveDuplicates();
        }
    }

    @Test
    void withoutWorkersAQueueBringsTheFirst() {
        workers = 0;
        assertThat(live(load(0, 0, 0), 100)).isEmpty();
        assertThat(live(load(900, 0, 0), 3)).containsExactly(1);
    }

    @Test
    void whatHasBeenSeenIsForgottenWhenSomebodyElseChangesTheNumber() {
        live(BUSY, 2);
        autoscaler.forget();
        assertThat(live(BUSY, 2)).isEmpty();
    }

    @Test
    void theReasonIsSaid() {
        live(BUSY, 2);
        Optional<Autoscaler.Step> step =
                autoscaler.look(load(73, 0.83, 4), LIMITS, 4, true, nowNs + TimeUnit.SECONDS.toNanos(1));
        assertThat(step.orElseThrow().reason())
                .isEqualTo("3 of 4 workers' places in use 83 %, requests waited up to 73 ms");
    }

    @Test
    void aReportIsReadAsTheFrontWritesIt() {
        assertThat(Load.parse("queue_ms=12 waiting=3 busy=0.83 workers=4")).contains(new Load(12, 3, 0.83, 4));
        assertThat(Load.parse("busy=1.00 later=x queue_ms=0 workers=0 waiting=0"))
                .contains(new Load(0, 0, 1, 0));
        for (String wrong : List.of("", "queue_ms=12", "queue_ms=x waiting=3 busy=0.83 workers=4", "a b c")) {
            assertThat(Load.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
