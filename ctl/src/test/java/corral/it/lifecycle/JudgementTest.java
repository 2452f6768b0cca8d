package corral.it.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.load.ExecutionLog;
import corral.it.load.Failure;
import corral.it.load.LoadClient;
import corral.it.load.LoadPlan;
import corral.it.load.LoadResult;
import corral.it.load.Shape;
import corral.it.load.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Only what could not be helped is excused. */
class JudgementTest {
    private static final long WORKER = 7;
    private static final Course.Kill KILL = new Course.Kill(WORKER, 1000, 1100, false);
    private static final Course.Kill FRONT = new Course.Kill(9, 1000, 1100, true);

    private static Failure failure(Shape shape, Verdict verdict, int status, long sentNs, long endNs, long pid) {
        return new Failure("a", shape, verdict, "", status, sentNs, endNs, pid);
    }

    private static Judgement judge(Failure failure, Map<String, Long> ran, Course.Kill... kills) {
        return Judgement.of(result(List.of(failure), List.of()), new ExecutionLog(ran, List.of(), 0), List.of(kills));
    }

    private static LoadResult result(List<Failure> failures, List<String> crossed) {
        try (LoadClient idle = new LoadClient(LoadPlan.mixed(1, 0).withSockets(0, 1))) {
            LoadResult none = idle.soFar();
            return new LoadResult(
                    none.asked(),
                    none.ok(),
                    failures,
                    none.byPid(),
                    none.byVersion(),
                    none.closes(),
                    crossed,
                    0,
                    none.latencies());
        }
    }

    @Test
    void aPostIsLostWithItsWorker() {
        Judgement found = judge(failure(Shape.POST, Verdict.STATUS, 502, 900, 1200, 0), Map.of("a", WORKER), KILL);
        assertThat(found.clean()).isTrue();
        assertThat(found.lostPosts()).isEqualTo(1);
        assertThat(found.kinds()).isEqualTo(Map.of("POST 502", 1));
    }

    @Test
    void aPostOfAnotherWorkerIsNot() {
        Judgement found = judge(failure(Shape.POST, Verdict.STATUS, 502, 900, 1200, 0), Map.of("a", 8L), KILL);
        assertThat(found.posts()).isEqualTo(1);
        assertThat(found.clean()).isFalse();
    }

    @Test
    void aPostThatFailedBeforeTheKillIsNot() {
        assertThat(judge(failure(Shape.POST, Verdict.STATUS, 502, 900, 990, 0), Map.of("a", WORKER), KILL)
                        .clean())
                .isFalse();
    }

    @Test
    void aGetWithoutAnAnswerIsNeverExcusedByItsWorker() {
        Judgement found = judge(failure(Shape.GET, Verdict.STATUS, 502, 900, 1200, 0), Map.of("a", WORKER), KILL);
        assertThat(found.idempotent()).isEqualTo(1);
    }

    @Test
    void anAnswerThatHadBegunIsCutWithItsWorker() {
        Judgement found =
                judge(failure(Shape.STREAM, Verdict.TRUNCATED, 200, 900, 1200, WORKER), Map.of("a", WORKER), KILL);
        assertThat(found.clean()).isTrue();
        assertThat(found.cut()).isEqualTo(1);
    }

    @Test
    void aFrontTakesItsConnectionsAlongButRefusesNobody() {
        assertThat(judge(failure(Shape.GET, Verdict.CLOSED_REUSED, 0, 900, 1050, 0), Map.of(), FRONT)
                        .clean())
                .isTrue();
        assertThat(judge(failure(Shape.GET_FRESH, Verdict.REFUSED, 0, 900, 1050, 0), Map.of(), FRONT)
                        .idempotent())
                .isEqualTo(1);
    }

    @Test
    void aClosedConnectionCountsAsReuseOnlyIfTheRequestDidNotRun() {
        Failure closed = failure(Shape.GET, Verdict.CLOSED_REUSED, 0, 900, 1050, 0);
        assertThat(judge(closed, Map.of()).closedReused()).isEqualTo(1);
        assertThat(judge(closed, Map.of("a", WORKER)).idempotent()).isEqualTo(1);
    }

    @Test
    void whatRanTwiceAndWhatWasMisdeliveredIsNeverExcused() {
        assertThat(judge(failure(Shape.POST, Verdict.MISDELIVERED, 200, 900, 1050, WORKER), Map.of("a", WORKER), KILL)
                        .misdelivered())
                .isEqualTo(1);
        Judgement twice =
                Judgement.of(result(List.of(), List.of()), new ExecutionLog(Map.of(), List.of("b"), 0), List.of(KILL));
        assertThat(twice.duplicated()).isEqualTo(1);
        assertThat(twice.clean()).isFalse();
    }

    @Test
    void aMessageThatCrossedTheCloseIsLostOnlyIfItArrived() {
        LoadResult crossed = result(List.of(), List.of("s:3"));
        assertThat(Judgement.of(crossed, new ExecutionLog(Map.of(), List.of(), 0), List.of())
                        .clean())
                .isTrue();
        assertThat(Judgement.of(crossed, new ExecutionLog(Map.of("s:3", WORKER), List.of(), 0), List.of())
                        .sockets())
                .isEqualTo(1);
    }
}
