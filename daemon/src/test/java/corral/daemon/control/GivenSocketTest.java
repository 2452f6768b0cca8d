package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.control.fake.FakeCommands;
import corral.daemon.control.fake.FakeFacts;
import corral.daemon.os.Native;
import corral.daemon.os.OpenSockets;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** Servers on sockets that listened before them, as after an upgrade or when init opened them. */
class GivenSocketTest {
    @TempDir
    Path directory;

    private final FakeCommands commands = new FakeCommands();
    private final List<ControlServer> started = new ArrayList<>();
    private final OpenSockets sockets = new OpenSockets(Native.load());
    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("s");
    }

    @AfterEach
    void stop() {
        started.forEach(ControlServer::stop);
        commands.close();
    }

    @Test
    void clientsThatCameBeforeAreServed() throws Exception {
        try (ServerSocketChannel listener = listen();
                RawClient early = RawClient.unix(path)) {
            early.call("supervisor.getPID");
            start(given(listener, false), TestServer.unix(path, 0700));
            assertThat(early.answer().status()).isEqualTo("HTTP/1.1 200 OK");
            assertServes();
        }
    }

    @Test
    void aServerThatWasStoppedBeforeItServedDoesNotServe() throws Exception {
        ControlServer server = start(Map.of(), TestServer.unix(path, 0700));
        server.pause(0, 1000).join();
        server.stop();
        server.serve();
        assertThat(path).doesNotExist();
    }

    @Test
    void theFileIsRemovedAtTheEndOnlyIfItIsOurs() throws Exception {
        try (ServerSocketChannel listener = listen()) {
            Files.setAttribute(path, "unix:mode", 0777);
            ControlServer ofInit = start(given(listener, false), TestServer.unix(path, 0700));
            assertThat((int) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(0777);
            ofInit.stop();
            assertThat(path).exists();
            ControlServer ours = start(given(listener, true), TestServer.unix(path, 0700));
            assertThat((int) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(0700);
            assertServes();
            ours.stop();
            assertThat(path).doesNotExist();
        }
    }

    @Test
    void aServerIsHandedOverAndTheNextOneServesTheSameSocket() throws Exception {
        ControlServer first = start(Map.of(), TestServer.unix(path, 0700), TestServer.inet("joe", "secret"));
        int port = first.ports().get(0);
        first.pause(0, 1000).join();
        try (RawClient waiting = RawClient.unix(path);
                RawClient other = RawClient.tcp(port)) {
            waiting.call("supervisor.getPID");
            Map<String, Integer> left = first.handOver(sockets::listeningAt);
            assertThat(left).containsOnlyKeys("unix:" + path, "127.0.0.1:0");
            Map<String, GivenSocket> given = Map.of(
                    "unix:" + path,
                    new GivenSocket(sockets.duplicate(left.get("unix:" + path)), true),
                    "127.0.0.1:0",
                    new GivenSocket(sockets.duplicate(left.get("127.0.0.1:0")), true));
            ControlServer second = start(given, TestServer.unix(path, 0700), TestServer.inet("joe", "secret"));
            assertThat(waiting.answer().status()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(second.ports()).containsExactly(port);
            other.send("GET / HTTP/1.1\r\n\r\n");
            assertThat(other.answer().status()).isEqualTo("HTTP/1.1 401 Unauthorized");
            assertThat(second.handOver(sockets::listeningAt)).containsOnlyKeys("unix:" + path, "127.0.0.1:0");
        }
    }

    @Test
    void aPausedServerAnswersWhatItWasAskedAndNothingMoreUntilItGoesOn() throws Exception {
        ControlServer server = start(Map.of(), TestServer.unix(path, 0700));
        try (RawClient idle = RawClient.unix(path);
                RawClient fresh = RawClient.unix(path)) {
            idle.call("supervisor.getPID");
            idle.answer();
            server.pause(1, 1000).join();
            assertThat(idle.isClosed()).isTrue();
            fresh.call("supervisor.getPID");
            assertThat(fresh.answer().status()).isEqualTo("HTTP/1.1 200 OK");
            try (RawClient late = RawClient.unix(path)) {
                late.call("supervisor.getPID");
                server.pause(0, 1000).join();
                server.resume();
                assertThat(late.answer().status()).isEqualTo("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void otherUsersAreNotServedHereEither() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        assumeThat(Path.of("/usr/bin/setpriv")).exists();
        Files.setAttribute(directory, "unix:mode", 0755);
        try (ServerSocketChannel listener = listen()) {
            Files.setAttribute(path, "unix:mode", 0777);
            start(given(listener, false), TestServer.unix(path, 0700));
            assertThat(UnixSocketTest.bytesReadBy("65534", path)).isEqualTo("0");
            assertThat(UnixSocketTest.bytesReadBy("0", path)).isEqualTo("12");
        }
    }

    private ServerSocketChannel listen() throws Exception {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private Map<String, GivenSocket> given(ServerSocketChannel listener, boolean ours) throws Exception {
        SocketAddress address = listener.getLocalAddress();
        int fd = sockets.duplicate(sockets.listeningAt(address).orElseThrow());
        return Map.of("unix:" + path, new GivenSocket(fd, ours));
    }

    private ControlServer start(Map<String, GivenSocket> given, HttpServerConfig... servers) throws Exception {
        ControlServer server = new ControlServer(
                List.of(servers), given, commands, new FakeFacts(Optional.empty(), true), NOPLogger.NOP_LOGGER);
        server.start();
        started.add(server);
        return server;
    }

    private void assertServes() throws Exception {
        try (RawClient client = RawClient.unix(path)) {
            client.call("supervisor.getPID");
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }
}
