package corral.it.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client must notice every fault, or a proof by it proves nothing. */
class LoadClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static LoadResult meet(FaultyServer server, int faults) {
        return meet(server, faults, LIMIT);
    }

    private static LoadResult meet(FaultyServer server, int faults, Duration timeout) {
        LoadPlan plan = LoadPlan.mixed(server.port(), 400).withTimeout(timeout).withSockets(2, 50);
        try (LoadClient client = new LoadClient(plan)) {
            client.start();
            await().atMost(LIMIT)
                    .until(() -> server.faults() >= faults && client.soFar().requests() > 150);
            return client.stop();
        }
    }

    private static Set<Verdict> verdicts(LoadResult result, boolean sockets) {
        return result.failures().stream()
                .filter(failure -> (failure.shape() == Shape.SOCKET) == sockets)
                .map(Failure::verdict)
                .collect(Collectors.toSet());
    }

    @Test
    void aServerWithoutFaultIsFoundWithoutFault() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            LoadResult result = meet(server, 0);
            assertThat(result.failures()).isEmpty();
            assertThat(result.strays()).isZero();
            assertThat(result.crossed()).isEmpty();
            assertThat(result.ok()).isEqualTo(result.asked()).containsKeys(Shape.values());
            assertThat(result.byPid()).containsOnlyKeys(7L);
            assertThat(result.latencies().ms(0.5)).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SHORT_BODY, TRUNCATED",
        "CUT, TRUNCATED",
        "SHORT_CHUNKED, TRUNCATED",
        "OTHER_ID, MISDELIVERED",
        "OTHER_BODY, MISDELIVERED",
        "WRONG_BYTE, CORRUPT",
        "STATUS, STATUS",
        "PART_MISSING, TRUNCATED",
        "PART_TWICE, DUPLICATED",
        "OTHER_PART, MISDELIVERED",
    })
    void aFaultyAnswerIsNoticed(FaultyServer.Fault fault, Verdict verdict) throws IOException {
        try (FaultyServer server = new FaultyServer(fault)) {
            assertThat(verdicts(meet(server, 4), false)).containsExactly(verdict);
        }
    }

    @Test
    void anAnswerThatNeverComesIsNoticed() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.SILENCE)) {
            assertThat(verdicts(meet(server, 4, Duration.ofSeconds(1)), false)).containsExactly(Verdict.TIMEOUT);
        }
    }

    @Test
    void anEchoThatNeverComesIsNoticed() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.ECHO_LOST)) {
            assertThat(verdicts(meet(server, 4, Duration.ofSeconds(1)), true)).containsExactly(Verdict.LOST);
        }
    }

    @Test
    void aConnectionThatIsClosedWithoutAnAnswerIsNoticed() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.CLOSE_BEFORE)) {
            LoadResult result = meet(server, 10);
            assertThat(verdicts(result, false))
                    .contains(Verdict.CLOSED_REUSED)
                    .isSubsetOf(Verdict.CLOSED, Verdict.CLOSED_REUSED, Verdict.RESET);
            assertThat(result.failures())
                    .filteredOn(failure -> failure.verdict() == Verdict.CLOSED_REUSED)
                    .noneMatch(failure -> failure.shape().fresh());
        }
    }

    @Test
    void anAnswerThatNobodyAskedForIsNoticed() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.TWICE)) {
            LoadResult result = meet(server, 30);
            // Either alone, or before the answer to the next request on that connection.
            long found = result.strays()
                    + result.failures().stream()
                            .filter(failure -> failure.verdict() == Verdict.MISDELIVERED)
                            .count();
            assertThat(found).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ECHO_TWICE, DUPLICATED",
        "ECHO_OF_ANOTHER, MISDELIVERED",
        "CLOSE_1011, ABNORMAL",
        "SOCKET_CUT, ABNORMAL",
    })
    void aFaultyWebSocketIsNoticed(FaultyServer.Fault fault, Verdict verdict) throws IOException {
        try (FaultyServer server = new FaultyServer(fault)) {
            LoadResult result = meet(server, 10);
            assertThat(verdicts(result, true)).containsExactly(verdict);
        }
    }

    @Test
    void aWebSocketThatIsClosedForARestartIsNoFailure() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.CLOSE_1012)) {
            LoadResult result = meet(server, 10);
            assertThat(verdicts(result, true)).isEmpty();
            assertThat(result.closes()).containsOnlyKeys(1012);
            assertThat(result.echoes()).isPositive();
        }
    }

    @Test
    void nobodyListeningIsNoticed() throws IOException {
        int port;
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            port = server.port();
        }
        try (LoadClient client = new LoadClient(LoadPlan.mixed(port, 200))) {
            client.start();
            await().atMost(LIMIT).until(() -> client.sent() > 50);
            LoadResult result = client.stop();
            assertThat(verdicts(result, false)).containsExactly(Verdict.REFUSED);
            assertThat(verdicts(result, true)).containsExactly(Verdict.REFUSED);
            assertThat(result.ok()).isEmpty();
        }
    }

    @Test
    void whatRanTwiceIsFound(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("executed");
        Files.writeString(file, "P a 1\nG b 1\nP c 2\nG b 2\nP a 2\nW s:0 1\nW s:1 1\nW s:1 1\n");
        ExecutionLog log = ExecutionLog.read(file);
        assertThat(log.twice()).isEqualTo(List.of("a", "s:1"));
        assertThat(log.again()).isEqualTo(1);
        assertThat(log.owners()).isEqualTo(Map.of("a", 2L, "b", 2L, "c", 2L, "s:0", 1L, "s:1", 1L));
    }
}
