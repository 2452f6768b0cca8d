package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets of this process. */
class OpenSocketsTest {
    private final OpenSockets sockets = new OpenSockets(Native.load());

    @Test
    void aSocketIsFoundByItsPath(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("größer"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address);
            int fd = sockets.listeningAt(address).orElseThrow();
            assertThat(sockets.address(fd)).contains(address);
            assertThat(sockets.listening()).contains(fd);
            int copy = sockets.duplicate(fd);
            assertThat(sockets.address(copy)).contains(address);
            sockets.close(copy);
            assertThat(sockets.isListening(copy)).isFalse();
        }
        assertThat(sockets.listeningAt(address)).isEmpty();
    }

    @Test
    void aSocketIsFoundByItsPort() throws Exception {
        for (String host : new String[] {"127.0.0.1", "0.0.0.0", "::1"}) {
            StandardProtocolFamily family =
                    host.indexOf(':') < 0 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
            try (ServerSocketChannel listener = ServerSocketChannel.open(family)) {
                listener.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
                InetSocketAddress address = new InetSocketAddress(
                        InetAddress.getByName(host), listener.socket().getLocalPort());
                assertThat(sockets.listeningAt(address)).isPresent();
            }
        }
    }

    @Test
    void connectionsDoNotCount(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address);
            int before = sockets.listening().size();
            try (SocketChannel client = SocketChannel.open(address);
                    SocketChannel accepted = listener.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(accepted.isConnected()).isTrue();
                assertThat(sockets.listening()).hasSize(before);
            }
        }
    }
}
