package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.config.HttpServerConfig.Address;
import corral.daemon.control.fake.FakeCommands;
import corral.daemon.control.fake.FakeFacts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** How servers are opened and closed (spec/supervisor.md 2.2). */
class UnixSocketTest {
    @TempDir
    Path directory;

    private final FakeCommands commands = new FakeCommands();
    private final List<ControlServer> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(ControlServer::stop);
        commands.close();
    }

    @Test
    void theFileHasTheConfiguredModeAndNoTemporaryNameRemains() throws Exception {
        Path socket = directory.resolve("s");
        for (int mode : new int[] {0700, 0770, 0666, 01777}) {
            ControlServer server = start(TestServer.unix(socket, mode));
            assertThat((int) Files.getAttribute(socket, "unix:mode") & 07777).isEqualTo(mode);
            assertThat(directory).isDirectoryNotContaining(file -> !file.equals(socket));
            assertServes(socket);
            server.stop();
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void rootCanGiveTheFileAway() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Path socket = directory.resolve("s");
        start(unix(new Address.Unix(socket.toString(), 0700, OptionalInt.of(65534), OptionalInt.of(65533))));
        assertThat(Files.getAttribute(socket, "unix:uid")).isEqualTo(65534);
        assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(65533);
        assertServes(socket);
    }

    @Test
    void otherUsersAreNotServedEvenIfTheModeWasOpenedLater() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        assumeThat(Path.of("/usr/bin/setpriv")).exists();
        Path socket = directory.resolve("s");
        Files.setAttribute(directory, "unix:mode", 0755);
        start(TestServer.unix(socket, 0700));
        Files.setAttribute(socket, "unix:mode", 0777);
        assertThat(bytesReadBy("65534", socket)).isEqualTo("0");
        assertThat(bytesReadBy("0", socket)).isEqualTo("12");
        Path open = directory.resolve("open");
        start(TestServer.unix(open, 0777));
        assertThat(bytesReadBy("65534", open)).isEqualTo("12");
    }

    static String bytesReadBy(String uid, Path socket) throws Exception {
        String script = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('" + socket + "')\n"
                + "try:\n  s.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n'); print(len(s.recv(12)))\n"
                + "except OSError: print(0)";
        Process python = new ProcessBuilder(
                        "/usr/bin/setpriv", "--reuid=" + uid, "--clear-groups", "/usr/bin/python3", "-c", script)
                .start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    @Test
    void aStaleSocketIsReplaced() throws Exception {
        Path socket = directory.resolve("s");
        bind(socket).close();
        assertThat(socket).exists();
        start(TestServer.unix(socket, 0700));
        assertServes(socket);
    }

    @Test
    void aLiveSocketIsNot() throws Exception {
        Path socket = directory.resolve("s");
        start(TestServer.unix(socket, 0700));
        assertThatThrownBy(() -> start(TestServer.unix(socket, 0700)))
                .isInstanceOf(ControlServerException.class)
                .hasMessage("Another program is already listening on a port that one of our HTTP servers is configured"
                        + " to use.  Shut this program down first before starting supervisord.");
        assertServes(socket);
        assertThat(directory).isDirectoryNotContaining(file -> !file.equals(socket));
    }

    @Test
    void neitherIsAListenerThatNeverAccepts() throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel listener = bind(socket)) {
            assertThat(listener.isOpen()).isTrue();
            assertThatThrownBy(() -> start(TestServer.unix(socket, 0700)))
                    .isInstanceOf(ControlServerException.class)
                    .hasMessageStartingWith("Another program is already listening");
        }
    }

    @Test
    void aTakenPortIsReportedAndTheServersBeforeAreClosedAgain() throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpServerConfig inet = inet("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> start(TestServer.unix(socket, 0700), inet))
                    .isInstanceOf(ControlServerException.class)
                    .hasMessageStartingWith("Another program is already listening");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void whatTheSystemRefusesIsReportedWithItsNumber() {
        assertThatThrownBy(() -> start(TestServer.unix(directory.resolve("missing/s"), 0700)))
                .isInstanceOf(ControlServerException.class)
                .hasMessage("Cannot open an HTTP server: socket.error reported errno.ENOENT (2)");
        assertThatThrownBy(() -> start(inet("192.0.2.1", 9)))
                .hasMessage("Cannot open an HTTP server: socket.error reported errno.EADDRNOTAVAIL (99)");
        assertThatThrownBy(() -> start(inet("nosuch.invalid", 9)))
                .hasMessageStartingWith("Cannot open an HTTP server: socket.error reported -2");
        assertThatThrownBy(() -> start(TestServer.unix(directory.resolve("x".repeat(120)), 0700)))
                .hasMessageStartingWith("Cannot open an HTTP server: socket.error reported ");
    }

    @Test
    void anEmptyHostIsEveryIpv4Interface() throws Exception {
        ControlServer server = start(inet("", 0));
        try (RawClient client = RawClient.tcp(server.ports().get(0))) {
            client.call("supervisor.getPID");
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aFileThatSomebodyElseHasPutThereSurvivesTheStop() throws Exception {
        Path socket = directory.resolve("s");
        ControlServer server = start(TestServer.unix(socket, 0700));
        Files.delete(socket);
        Files.writeString(socket, "mine");
        server.stop();
        assertThat(socket).hasContent("mine");
    }

    @Test
    void tooManyClientsAreTurnedAwayUntilOneLeaves() throws Exception {
        Path socket = directory.resolve("s");
        start(TestServer.unix(socket, 0700));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 512; i++) {
                clients.add(RawClient.unix(socket));
            }
            try (RawClient tooMany = RawClient.unix(socket)) {
                assertThat(tooMany.isClosed()).isTrue();
            }
            clients.remove(0).close();
            clients.get(0).send("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
            assertThat(clients.get(0).answer().status()).isEqualTo("HTTP/1.1 404 Not Found");
            assertThat(clients.get(0).isClosed()).isTrue();
            assertServes(socket);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void stoppingClosesConnectionsAndEndsTheThreads() throws Exception {
        Path socket = directory.resolve("s");
        ControlServer server = start(TestServer.unix(socket, 0700));
        try (RawClient client = RawClient.unix(socket)) {
            client.call("supervisor.getPID");
            client.answer();
            server.stop();
            assertThat(client.isClosed()).isTrue();
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("control")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private ControlServer start(HttpServerConfig... servers) throws ControlServerException {
        ControlServer server = new ControlServer(
                List.of(servers), commands, new FakeFacts(Optional.empty(), true), NOPLogger.NOP_LOGGER);
        server.start();
        started.add(server);
        return server;
    }

    private static void assertServes(Path socket) throws Exception {
        try (RawClient client = RawClient.unix(socket)) {
            client.call("supervisor.getPID");
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private static ServerSocketChannel bind(Path socket) throws Exception {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return listener.bind(UnixDomainSocketAddress.of(socket));
    }

    private static HttpServerConfig unix(Address.Unix address) {
        HttpServerConfig like = TestServer.unix(Path.of(address.path()), 0700);
        return new HttpServerConfig(like.section(), like.origin(), address, Optional.empty(), Optional.empty());
    }

    private static HttpServerConfig inet(String host, int port) {
        HttpServerConfig like = TestServer.inet("", "");
        return new HttpServerConfig(
                like.section(), like.origin(), new Address.Inet(host, port), Optional.empty(), Optional.empty());
    }
}
