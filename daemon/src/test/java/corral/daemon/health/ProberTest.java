package corral.daemon.health;

import static corral.daemon.fake.Programs.program;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.HealthCheck;
import corral.daemon.loop.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health checks over real sockets. */
class ProberTest {
    @TempDir
    private Path dir;

    private final Prober prober = new Prober(Clock.SYSTEM, (pid, group, signal) -> null, null);

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static int port(ServerSocketChannel server) throws IOException {
        SocketAddress address = server.getLocalAddress();
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Takes one connection, reads the head of a request, answers and closes; what it has read. */
    private static CompletableFuture<String> serve(ServerSocketChannel server, String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (SocketChannel client = server.accept()) {
                StringBuilder head = new StringBuilder();
                ByteBuffer buffer = ByteBuffer.allocate(1000);
                while (head.indexOf("\r\n\r\n") < 0 && client.read(buffer.clear()) >= 0) {
                    head.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                }
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
                return head.toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Optional<String> look(HealthCheck.Probe probe, long timeoutMs) throws Exception {
        CompletableFuture<Optional<String>> seen = new CompletableFuture<>();
        HealthCheck check = new HealthCheck(probe, 1000, timeoutMs, 1, 0);
        prober.probe("g", program("a").healthCheck(check).build(), seen::complete);
        return seen.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whoAcceptsIsAlive() throws Exception {
        try (ServerSocketChannel server = listen()) {
            assertThat(look(new HealthCheck.Tcp("127.0.0.1", port(server)), 5000))
                    .isEmpty();
            assertThat(look(new HealthCheck.Tcp("localhost", port(server)), 5000))
                    .isEmpty();
        }
    }

    @Test
    void whoDoesNotIsNot() throws Exception {
        int port;
        try (ServerSocketChannel server = listen()) {
            port = port(server);
        }
        assertThat(look(new HealthCheck.Tcp("127.0.0.1", port), 5000)).contains("connection refused");
        assertThat(look(new HealthCheck.Http("127.0.0.1", port, "", "/"), 5000)).contains("connection refused");
        assertThat(look(new HealthCheck.Http("localhost", 0, dir + "/s", "/"), 5000))
                .contains("no such file or directory");
        assertThat(look(new HealthCheck.Tcp("no-such-host.invalid", 1), 20_000))
                .contains("the name of the host is unknown");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTTP/1.1 200 OK           |
            HTTP/1.0 302 Found        |
            HTTP/1.1 204              |
            HTTP/1.1 404 Not Found    | status 404
            HTTP/1.1 503 Unavailable  | status 503
            SSH-2.0-OpenSSH           | the answer is no HTTP
            """)
    void theStatusDecides(String line, String reason) throws Exception {
        try (ServerSocketChannel server = listen()) {
            CompletableFuture<String> request = serve(server, line + "\r\nContent-Length: 2\r\n\r\nok");
            assertThat(look(new HealthCheck.Http("127.0.0.1", port(server), "", "/up?a=b"), 5000))
                    .isEqualTo(Optional.ofNullable(reason));
            assertThat(request.get(5, TimeUnit.SECONDS))
                    .startsWith("GET /up?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + port(server) + "\r\n");
        }
    }

    @Test
    void aUnixSocketIsAskedInTheSameWay() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("s"));
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            CompletableFuture<String> request = serve(server, "HTTP/1.1 200 OK\r\n\r\n");
            assertThat(look(new HealthCheck.Http("localhost", 0, dir + "/s", "/"), 5000))
                    .isEmpty();
            assertThat(request.get(5, TimeUnit.SECONDS)).contains("\r\nHost: localhost\r\n");
        }
    }

    @Test
    void whoHangsUpOrIsSilentIsUnhealthyAndKeepsNobodyElseWaiting() throws Exception {
        try (ServerSocketChannel silent = listen();
                ServerSocketChannel server = listen()) {
            CompletableFuture<Optional<String>> seen = new CompletableFuture<>();
            HealthCheck slow =
                    new HealthCheck(new HealthCheck.Http("127.0.0.1", port(silent), "", "/"), 1000, 1500, 1, 0);
            prober.probe("g", program("a").healthCheck(slow).build(), seen::complete);
            CompletableFuture<String> request = serve(server, "");
            assertThat(look(new HealthCheck.Http("127.0.0.1", port(server), "", "/"), 5000))
                    .contains("the connection was closed without an answer");
            assertThat(seen).isNotDone();
            assertThat(request.get(5, TimeUnit.SECONDS)).isNotEmpty();
            assertThat(seen.get(20, TimeUnit.SECONDS)).contains("no answer within 1.5 s");
        }
    }

    @Test
    void memoryOfProcessesThatExist() {
        int own = (int) ProcessHandle.current().pid();
        Map<Integer, Long> seen = new MemoryReader(4096).resident(List.of(own, 999_999_999));
        assertThat(seen).containsOnlyKeys(own);
        assertThat(seen.get(own)).isBetween(10_000_000L, 100_000_000_000L);
    }
}
