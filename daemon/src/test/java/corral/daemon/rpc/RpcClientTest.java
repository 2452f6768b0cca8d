package corral.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.rpc.TransportException.Kind;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RpcClientTest {
    private static final String TRUE = answer("", true);

    @TempDir
    private Path folder;

    @Test
    void aCallOverTcpCarriesCredentialsAndParameters() throws Exception {
        try (ScriptedServer server = ScriptedServer.tcp(TRUE);
                RpcClient client = client(server, Optional.of(new Credentials("u", "p")))) {
            assertThat(client.call("supervisor.startProcess", "cat")).isEqualTo(true);
            assertThat(server.request())
                    .startsWith("1 POST /RPC2 HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                    .contains("\r\nAuthorization: Basic dTpw\r\n", "\r\nContent-Type: text/xml\r\n")
                    .contains("<methodName>supervisor.startProcess</methodName>", "<string>cat</string>");
        }
    }

    @Test
    void aCallOverAUnixSocketIsTheSame() throws Exception {
        Path path = folder.resolve("s.sock");
        try (ScriptedServer server = ScriptedServer.unix(UnixDomainSocketAddress.of(path), TRUE);
                RpcClient client = new RpcClient(ServerUrl.parse("unix://" + path), Optional.empty())) {
            assertThat(client.call("m")).isEqualTo(true);
            assertThat(server.request()).contains("\r\nHost: localhost\r\n").doesNotContain("Authorization");
        }
    }

    @Test
    void theConnectionIsKeptUnlessTheServerClosesIt() throws Exception {
        String last = answer("Connection: close\r\n", true);
        try (ScriptedServer server = ScriptedServer.tcp(TRUE, last, TRUE);
                RpcClient client = client(server, Optional.empty())) {
            for (int i = 0; i < 3; i++) {
                client.call("m");
            }
            assertThat(server.request()).startsWith("1 ");
            assertThat(server.request()).startsWith("1 ");
            assertThat(server.request()).startsWith("2 ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyWayToEndABodyIsUnderstood(boolean trickling) throws Exception {
        String body = new String(XmlRpcWriter.writeResponse("zoë"), StandardCharsets.UTF_8);
        int cut = body.indexOf("zo");
        String head = body.substring(0, cut);
        String tail = body.substring(cut);
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(head, ";x=y") + chunk(tail, "")
                + "0\r\nTrailer: t\r\n\r\n";
        String untilClose = "HTTP/1.0 200 OK\r\n\r\n" + body;
        try (ScriptedServer server = ScriptedServer.tcp(answer("", "zoë"), chunked, untilClose)) {
            if (trickling) {
                server.trickling();
            }
            try (RpcClient client = client(server, Optional.empty())) {
                assertThat(client.call("m")).isEqualTo("zoë");
                assertThat(client.call("m")).isEqualTo("zoë");
                assertThat(client.call("m")).isEqualTo("zoë");
            }
        }
    }

    @Test
    void aFaultLeavesTheConnectionUsable() throws Exception {
        byte[] fault = XmlRpcWriter.writeFault(10, "BAD_NAME: x");
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + fault.length + "\r\n\r\n"
                + new String(fault, StandardCharsets.UTF_8);
        try (ScriptedServer server = ScriptedServer.tcp(answer, TRUE);
                RpcClient client = client(server, Optional.empty())) {
            assertThatThrownBy(() -> client.call("m"))
                    .isInstanceOf(RpcFault.class)
                    .hasMessage("BAD_NAME: x");
            client.call("m");
            server.request();
            assertThat(server.request()).startsWith("1 ");
        }
    }

    @Test
    void anotherStatusIsAnExceptionAndTheNextCallConnectsAnew() throws Exception {
        String refused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nxxxxx";
        try (ScriptedServer server = ScriptedServer.tcp(refused, TRUE);
                RpcClient client = client(server, Optional.empty())) {
            assertThatThrownBy(() -> client.call("m")).isInstanceOfSatisfying(HttpStatusException.class, e -> {
                assertThat(e.status()).isEqualTo(401);
                assertThat(e).hasMessage("Unauthorized");
            });
            assertThat(client.call("m")).isEqualTo(true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\njunk"
            })
    void whatIsNoAnswerIsGarbled(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.tcp(answer);
                RpcClient client = client(server, Optional.empty())) {
            assertKind(Kind.GARBLED, client);
        }
    }

    @Test
    void aServerThatHangsUpIsNotAskedAgain() throws Exception {
        try (ScriptedServer server = ScriptedServer.tcp(ScriptedServer.HANG_UP, TRUE);
                RpcClient client = client(server, Optional.empty())) {
            assertKind(Kind.CLOSED, client);
            assertThat(client.call("m")).isEqualTo(true);
        }
    }

    @Test
    void whatCannotBeReachedSaysWhy() throws Exception {
        assertKind(Kind.NO_SUCH_FILE, client("unix://" + folder.resolve("none")));
        Path noSocket = Files.writeString(folder.resolve("file"), "");
        assertKind(Kind.REFUSED, client("unix://" + noSocket));
        assertKind(Kind.NO_SUCH_FILE, client("unix:///" + "x/".repeat(100)));
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        assertKind(Kind.REFUSED, client("http://127.0.0.1:" + port));
        assertKind(Kind.UNKNOWN_HOST, client("http://nosuchhost.invalid:9001"));
    }

    @Test
    void aLogIsHandedOnAsItComesAndCanBeLeft() throws Exception {
        String start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("line\n", "");
        try (ScriptedServer server = ScriptedServer.tcp(start)) {
            RpcClient client = client(server, Optional.empty());
            StringBuilder seen = new StringBuilder();
            CountDownLatch came = new CountDownLatch(1);
            CompletableFuture<Void> followed = CompletableFuture.runAsync(() -> {
                try {
                    client.get(
                            "/logtail/a b:c%/stdout",
                            (buffer, offset, length) -> {
                                seen.append(new String(buffer, offset, length, StandardCharsets.UTF_8));
                                came.countDown();
                            });
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(server.request()).startsWith("1 GET /logtail/a%20b:c%25/stdout HTTP/1.1\r\n");
            assertThat(came.await(20, TimeUnit.SECONDS)).isTrue();
            client.close();
            assertThatThrownBy(() -> followed.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
            assertThat(seen).hasToString("line\n");
        }
    }

    private static void assertKind(Kind kind, RpcClient client) {
        try (client) {
            assertThatThrownBy(() -> client.call("m"))
                    .isInstanceOfSatisfying(
                            TransportException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        }
    }

    private static RpcClient client(String url) {
        return new RpcClient(ServerUrl.parse(url), Optional.empty());
    }

    private static RpcClient client(ScriptedServer server, Optional<Credentials> credentials) throws IOException {
        return new RpcClient(ServerUrl.parse("http://127.0.0.1:" + server.port()), credentials);
    }

    private static String answer(String headers, Object value) {
        byte[] body = XmlRpcWriter.writeResponse(value);
        return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n"
                + new String(body, StandardCharsets.UTF_8);
    }

    private static String chunk(String text, String extension) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return Integer.toHexString(length) + extension + "\r\n" + text + "\r\n";
    }
}
