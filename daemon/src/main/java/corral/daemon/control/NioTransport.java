package corral.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/** Java's own sockets: no native library, least memory. */
final class NioTransport implements Transport {

    @Override
    public IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
    }

    @Override
    public ServerChannel inet(SocketProtocolFamily family) {
        return new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    @Override
    public ServerChannel unix() {
        return new NioServerDomainSocketChannel();
    }

    @Override
    public SocketAddress address(Path path) {
        return UnixDomainSocketAddress.of(path);
    }

    @Override
    public boolean admits(UnixSocketFile file, Channel client) {
        return file.admits(client.config()
                .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED))
                .user());
    }
}
