package corral.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;

/** Netty's native sockets, which Java's cannot replace where a descriptor is given. */
final class EpollTransport implements Transport {

    /** Whether the native library is there and fits. */
    static boolean isAvailable() {
        return Epoll.isAvailable();
    }

    /** A Unix socket that listens already. */
    ServerChannel unix(int fd) {
        return new EpollServerDomainSocketChannel(fd);
    }

    /** A TCP socket that listens already. */
    ServerChannel inet(int fd) {
        return new EpollServerSocketChannel(fd);
    }

    @Override
    public IoHandlerFactory handlers() {
        return EpollIoHandler.newFactory();
    }

    @Override
    public ServerChannel inet(SocketProtocolFamily family) {
        return new EpollServerSocketChannel(family);
    }

    @Override
    public ServerChannel unix() {
        return new EpollServerDomainSocketChannel();
    }

    @Override
    public SocketAddress address(Path path) {
        return new DomainSocketAddress(path.toString());
    }

    @Override
    public boolean admits(UnixSocketFile file, Channel client) {
        try {
            return file.admits(
                    ((EpollDomainSocketChannel) client).peerCredentials().uid());
        } catch (IOException e) {
            // It has gone before anybody asked who it was.
            return false;
        }
    }
}
