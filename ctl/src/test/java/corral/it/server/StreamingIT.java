package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bodies stream in both directions with backpressure: neither process grows, nobody else waits. 256 MiB each, or
 * {@code -Dcorral.it.stream.mib=1024}.
 */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamingIT {
    private static final long SIZE = Long.getLong("corral.it.stream.mib", 256) << 20;
    private static final int LIMIT_MIB = 32;
    private static final byte[] PART = part();

    private Servers servers;
    private RunningServer server;

    @BeforeAll
    void open(Lab lab) throws Exception {
        servers = new Servers(lab);
        server = servers.start(ServerSpec.of(ServerKind.CORRAL, "streaming_app:app"));
        warmUp(server);
    }

    @AfterAll
    void close() {
        servers.close();
    }

    /** Idle size is that of a server that has worked: classes, buffers and compiled code are there. */
    private static void warmUp(RunningServer server) throws Exception {
        for (int i = 0; i < 200; i++) {
            Http.get(server, "/probe");
        }
        upload(server, 4 << 20, 4 << 20);
        try (Wire wire = new Wire(server.port())) {
            wire.send("GET /download?4194304 HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            take(wire.socket().getInputStream());
        }
    }

    private static byte[] part() {
        byte[] part = new byte[1 << 16];
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) ((i * 31) >> 3);
        }
        return part;
    }

    /** Sends a body of so many bytes; returns the answer. */
    private static String upload(RunningServer server, long size, long pauseEvery) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.send("POST /upload?" + pauseEvery + " HTTP/1.1\r\nHost: it\r\nContent-Length: " + size + "\r\n\r\n");
            OutputStream out = wire.socket().getOutputStream();
            for (long sent = 0; sent < size; sent += PART.length) {
                out.write(PART, 0, (int) Math.min(PART.length, size - sent));
            }
            List<Response> responses = wire.read(List.of(), 1, Duration.ofMinutes(2));
            return responses.isEmpty() ? "no answer" : responses.get(0).body();
        }
    }

    private static long take(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 18];
        long total = 0;
        int n = in.read(buffer);
        while (n >= 0) {
            total += n;
            n = in.read(buffer);
        }
        return total;
    }

    /** How many other requests are answered, one after the other, before the task is done. */
    private static int answersBeside(CompletableFuture<?> task, RunningServer server) throws Exception {
        int answers = 0;
        while (true) {
            assertThat(Http.get(server, "/probe").body()).isEqualTo("probe");
            if (task.isDone()) {
                return answers;
            }
            answers++;
            Thread.sleep(5);
        }
    }

    private static String digest() throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        for (long sent = 0; sent < SIZE; sent += PART.length) {
            md5.update(PART);
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    @Test
    void aLargeUploadToASlowReaderCostsNoMemoryAndNobodyTime() throws Exception {
        try (Memory front = new Memory(server.front().pid());
                Memory worker = new Memory(server.worker(0).pid())) {
            CompletableFuture<String> upload = CompletableFuture.supplyAsync(() -> {
                try {
                    return upload(server, SIZE, 4 << 20);
                } catch (IOException e) {
                    return e.toString();
                }
            });
            int beside = answersBeside(upload, server);
            assertThat(upload.get(5, TimeUnit.MINUTES)).isEqualTo(SIZE + " " + digest());
            assertThat(front.growthMib()).as("front").isLessThan(LIMIT_MIB);
            assertThat(worker.growthMib()).as("worker").isLessThan(LIMIT_MIB);
            assertThat(beside).as("answers beside it").isGreaterThan(3);
        }
    }

    @Test
    void aLargeResponseToASlowClientCostsNoMemoryAndNobodyTime() throws Exception {
        try (Memory front = new Memory(server.front().pid());
                Memory worker = new Memory(server.worker(0).pid());
                Wire wire = new Wire(server.port())) {
            wire.socket().setReceiveBufferSize(1 << 16);
            wire.send("GET /download?" + SIZE + " HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            long before = settled("/progress?sent");
            assertThat(before)
                    .as("what the app could send to a client that reads nothing")
                    .isLessThan(48L << 20);
            CompletableFuture<Long> download = CompletableFuture.supplyAsync(() -> {
                try {
                    return take(wire.socket().getInputStream());
                } catch (IOException e) {
                    return -1L;
                }
            });
            int beside = answersBeside(download, server);
            assertThat(download.get(5, TimeUnit.MINUTES)).isBetween(SIZE, SIZE + 1000);
            assertThat(front.growthMib()).as("front").isLessThan(LIMIT_MIB);
            assertThat(worker.growthMib()).as("worker").isLessThan(LIMIT_MIB);
            assertThat(beside).as("answers beside it").isGreaterThan(3);
        }
    }

    /** A number that the app tells, when it has stopped growing. */
    private long settled(String target) throws Exception {
        long last = -1;
        int same = 0;
        while (same < 10) {
            long now = Long.parseLong(Http.get(server, target).body());
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
            Thread.sleep(50);
        }
        return last;
    }

    @Test
    void manySlowClientsStallNobody() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Wire wire = new Wire(server.port());
                wires.add(wire);
                wire.socket().setReceiveBufferSize(1 << 14);
                wire.send("GET /download?" + (16 << 20) + " HTTP/1.1\r\nHost: it\r\n\r\n");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(Http.get(server, "/probe").body()).isEqualTo("probe");
            }
        } finally {
            for (Wire wire : wires) {
                wire.reset();
            }
        }
        Servers.until("an answer", () -> Http.get(server, "/probe").status() == 200);
    }

    @Test
    void anUploadThatNobodyReadsCostsNoMemory() throws Exception {
        try (Memory front = new Memory(server.front().pid());
                Wire wire = new Wire(server.port())) {
            wire.send("POST /probe HTTP/1.1\r\nHost: it\r\nContent-Length: " + SIZE + "\r\n\r\n");
            List<Response> responses = wire.read(List.of(), 1, Duration.ofSeconds(20));
            assertThat(responses)
                    .singleElement()
                    .matches(response -> response.body().equals("probe"));
            byte[] zeros = new byte[1 << 20];
            Arrays.fill(zeros, (byte) 'x');
            long sent = 0;
            try {
                while (sent < SIZE) {
                    wire.socket().getOutputStream().write(zeros);
                    sent += zeros.length;
                }
            } catch (IOException e) {
                // The server does not have to take it all.
                assertThat(sent).isLessThan(SIZE);
            }
            assertThat(wire.awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Wire.Side.OPEN);
            assertThat(front.growthMib()).isLessThan(LIMIT_MIB);
        }
    }

    @Test
    void wsgiAppsStreamToo() throws Exception {
        RunningServer wsgi = servers.start(
                ServerSpec.of(ServerKind.CORRAL_WSGI, "streaming_wsgi:app").with("--threads=2"));
        warmUp(wsgi);
        long size = SIZE / 4;
        try (Memory front = new Memory(wsgi.front().pid());
                Memory worker = new Memory(wsgi.worker(0).pid());
                Wire wire = new Wire(wsgi.port())) {
            assertThat(upload(wsgi, size, size)).isEqualTo(Long.toString(size));
            wire.send("GET /download?" + size + " HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n");
            assertThat(take(wire.socket().getInputStream())).isBetween(size, size + 1000);
            assertThat(front.growthMib()).as("front").isLessThan(LIMIT_MIB);
            assertThat(worker.growthMib()).as("worker").isLessThan(LIMIT_MIB);
        }
    }
}
