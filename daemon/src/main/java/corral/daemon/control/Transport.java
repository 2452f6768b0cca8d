package corral.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.SocketAddress;
import java.nio.file.Path;

/** Where listening sockets come from. No state, any thread. */
interface Transport {

    /** What drives the event loop. */
    IoHandlerFactory handlers();

    /** A TCP socket that is still to be bound. */
    ServerChannel inet(SocketProtocolFamily family);

    /** A Unix socket that is still to be bound. */
    ServerChannel unix();

    /** The address of a Unix socket. */
    SocketAddress address(Path path);

    /** Whether the file's owner lets this client of a Unix socket in. */
    boolean admits(UnixSocketFile file, Channel client);
}
