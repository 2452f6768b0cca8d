package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random bytes from clients and from workers: no crash, no leak, and every connection ends in an answer or a close. The same each time; {@code
 * -Dcorral.it.fuzz.seed=N} and {@code -Dcorral.it.fuzz.count=N} try others and more.
 */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIT {
    private static final long SEED = Long.getLong("corral.it.fuzz.seed", 20260917);
    private static final int COUNT = Integer.getInteger("corral.it.fuzz.count", 1500);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Lab lab;
    private Servers servers;
    private ExecutorService threads;

    @BeforeAll
    void open(Lab given) {
        lab = given;
        servers = new Servers(lab);
        threads = Executors.newFixedThreadPool(48);
    }

    @AfterAll
    void close() {
        threads.shutdownNow();
        servers.close();
    }

    private ServerSpec spec(ServerKind kind, String app) {
        return ServerSpec.of(kind, app)
                .with("--keepalive=1", "--header-timeout=1", "--body-timeout=1", "--queue-timeout=2")
                .env("JAVA_TOOL_OPTIONS", "-Dio.netty.leakDetection.level=paranoid");
    }

    /** All requests of the tables, as a beginning. */
    private static List<byte[]> requests() {
        List<byte[]> result = new ArrayList<>();
        Stream.of("requests", "smuggling")
                .map(CaseTable::read)
                .forEach(table -> table.cases()
                        .forEach(row -> row.steps().forEach(step -> {
                            if (step instanceof HttpCase.Step.Send send
                                    && send.bytes().length() < 10_000) {
                                result.add(send.bytes().getBytes(Text.LATIN1));
                            }
                        })));
        return result;
    }

    @Test
    void tamperedRequestsEndInAnAnswerOrAClose() throws Exception {
        assertAllEnd(servers.start(spec(ServerKind.CORRAL, "cases_asgi:app")), COUNT);
    }

    @Test
    void tamperedRequestsOfWsgiEndInAnAnswerOrAClose() throws Exception {
        assertAllEnd(servers.start(spec(ServerKind.CORRAL_WSGI, "cases_wsgi:app")), COUNT / 3);
    }

    private void assertAllEnd(RunningServer server, int count) throws Exception {
        List<byte[]> originals = requests();
        List<Future<String>> verdicts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seed = SEED * 1_000_003 + i;
            verdicts.add(threads.submit(() -> failure(server, seed, originals)));
        }
        List<String> failures = new ArrayList<>();
        for (Future<String> verdict : verdicts) {
            if (verdict.get() != null) {
                failures.add(verdict.get());
            }
        }
        assertThat(failures).isEmpty();
        assertHealthy(server);
        assertThat(server.worker(0).isAlive()).isTrue();
        assertThat(Http.get(server, "/probe").body()).isEqualTo("probe");
    }

    private static String failure(RunningServer server, long seed, List<byte[]> originals) throws Exception {
        Mutation mutation = new Mutation(seed);
        byte[] bytes = mutation.of(originals);
        int cut = mutation.below(3) == 0 ? mutation.below(bytes.length + 1) : bytes.length;
        try (Wire wire = new Wire(server.port())) {
            wire.send(java.util.Arrays.copyOf(bytes, cut));
            if (cut < bytes.length) {
                Thread.sleep(2);
                wire.send(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));
            }
            if (mutation.below(4) > 0) {
                wire.halfClose();
            }
            Wire.Side side = wire.awaitEnd(LIMIT);
            String answer = wire.received();
            boolean wellFormed = answer.isEmpty() || answer.startsWith("HTTP/1.1 ");
            return side != Wire.Side.OPEN && wellFormed
                    ? null
                    : "seed " + seed + ": " + side + " after " + Text.escape(new String(bytes, Text.LATIN1)) + "\n  "
                            + Text.escape(answer);
        } catch (java.net.SocketException e) {
            return null;
        }
    }

    @Test
    void tamperedFramesHarmNobodyElse() throws Exception {
        RunningServer server = servers.start(spec(ServerKind.CORRAL, "cases_asgi:app"));
        AtomicBoolean over = new AtomicBoolean();
        List<Future<String>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(threads.submit(() -> ask(server, over)));
        }
        Outcome fuzz;
        try {
            fuzz = lab.run(
                    server.dir(),
                    List.of(
                            Distribution.python().toString(),
                            Servers.resources().resolve("fuzz_worker.py").toString(),
                            server.dir().resolve("w.sock").toString(),
                            Long.toString(SEED),
                            Integer.toString(COUNT / 5)));
        } finally {
            over.set(true);
        }
        assertThat(fuzz.exit()).as(fuzz.toString()).isZero();
        for (Future<String> client : clients) {
            assertThat(client.get()).isNull();
        }
        assertHealthy(server);
        Servers.until(
                "an answer of the real worker",
                () -> Http.get(server, "/probe").body().equals("probe"));
    }

    /** Asks until told to stop; says what went wrong: a request that had neither an answer nor an end. */
    private static String ask(RunningServer server, AtomicBoolean over) throws Exception {
        while (!over.get()) {
            try (Wire wire = new Wire(server.port())) {
                wire.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
                if (wire.awaitEnd(Duration.ofSeconds(75)) == Wire.Side.OPEN) {
                    return "no end after " + Text.escape(wire.received());
                }
            } catch (java.net.SocketException reset) {
                // An end as well.
            }
        }
        return null;
    }

    private static void assertHealthy(RunningServer server) {
        assertThat(server.front().isAlive()).as(server.story()).isTrue();
        assertThat(server.text("server.log"))
                .doesNotContain("LEAK")
                .doesNotContain("Exception:")
                .doesNotContain("OutOfMemory");
    }
}
