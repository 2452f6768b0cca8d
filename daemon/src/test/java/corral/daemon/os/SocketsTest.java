package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets. */
class SocketsTest {
    @TempDir
    private Path dir;

    private final Native os = Native.load();
    private final Sockets sockets = new Sockets(os);
    private final List<Integer> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(sockets::close);
    }

    private static ListenConfig config(boolean reusePort, BindAddress... binds) {
        return new ListenConfig(List.of(binds), 16, reusePort, 0640, OptionalInt.empty(), OptionalInt.empty());
    }

    private int listen(BindAddress address, boolean reusePort) throws SocketException {
        int fd = sockets.listen(address, config(reusePort, address));
        open.add(fd);
        return fd;
    }

    private int listen(BindAddress address) throws SocketException {
        return listen(address, false);
    }

    @Test
    void listensAtAPort() throws Exception {
        int port = sockets.port(listen(new BindAddress.Tcp("localhost", 0, false)));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aPortInUseIsNamedAsGunicornNamesIt() throws SocketException {
        int port = sockets.port(listen(new BindAddress.Tcp("127.0.0.1", 0, false)));
        assertThatThrownBy(() -> listen(new BindAddress.Tcp("127.0.0.1", port, false)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection in use: ('127.0.0.1', " + port + ")");
    }

    @Test
    void twoMayShareAPortIfBothWantTo() throws SocketException {
        int port = sockets.port(listen(new BindAddress.Tcp("127.0.0.1", 0, false), true));
        assertThat(listen(new BindAddress.Tcp("127.0.0.1", port, false), true)).isPositive();
    }

    @Test
    void bothFamiliesHaveThePortSideBySide() throws SocketException {
        int port = sockets.port(listen(new BindAddress.Tcp("0.0.0.0", 0, false)));
        assertThat(listen(new BindAddress.Tcp("::", port, true))).isPositive();
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> listen(new BindAddress.Tcp("no.such.host.invalid", 1, false)))
                .hasMessageContaining("('no.such.host.invalid', 1)");
    }

    @Test
    void aUnixSocketHasItsModeAndReplacesAStaleOne() throws Exception {
        Path path = dir.resolve("s");
        sockets.close(sockets.listen(new BindAddress.Unix(path.toString()), config(false)));
        assertThat(path).exists();
        listen(new BindAddress.Unix(path.toString()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(client.connect(UnixDomainSocketAddress.of(path))).isTrue();
        }
    }

    @Test
    void aUnixSocketThatAnswersIsInUse() throws SocketException {
        BindAddress.Unix address = new BindAddress.Unix(dir.resolve("s").toString());
        listen(address);
        assertThatThrownBy(() -> listen(address)).hasMessage("Connection in use: '" + address.path() + "'");
    }

    @Test
    void anyOtherFileIsLeftAlone() throws IOException {
        Path file = Files.writeString(dir.resolve("s"), "mine");
        assertThatThrownBy(() -> listen(new BindAddress.Unix(file.toString())))
                .hasMessage("'" + file + "' is not a socket");
        assertThat(file).hasContent("mine");
    }

    @Test
    void aPathThatIsTooLongIsSaid() {
        assertThatThrownBy(() ->
                        listen(new BindAddress.Unix(dir.resolve("s".repeat(120)).toString())))
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void onlyAListeningSocketCanBeInherited() throws SocketException {
        int fd = listen(new BindAddress.Tcp("127.0.0.1", 0, false));
        assertThat(sockets.listen(new BindAddress.Inherited(fd), config(false))).isEqualTo(fd);
        assertThatThrownBy(() -> sockets.listen(new BindAddress.Inherited(0), config(false)))
                .hasMessage("fd://0 is not a listening socket that corrald was started with");
    }

    @Test
    void messagesAreReadOneByOneWithoutBlocking() throws OsException {
        int fd = sockets.receive(dir.resolve("n").toString(), -1, -1);
        open.add(fd);
        NativeBuffer buffer = new Descriptors(os).buffer(64);
        assertThat(sockets.receive(fd, buffer)).isEqualTo(Descriptors.WOULD_BLOCK);
    }
}
