package corral.daemon.control;

import corral.daemon.config.HttpServerConfig.Address;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;

/**
 * An open server.
 *
 * @param file of a Unix socket
 * @param given the socket it was made of, if it was not bound here
 */
record Listener(Address address, Channel channel, Optional<UnixSocketFile> file, Optional<GivenSocket> given) {

    /** The address as the kernel has it, in Java's own words. */
    SocketAddress bound() {
        return channel.localAddress() instanceof DomainSocketAddress unix
                ? UnixDomainSocketAddress.of(unix.path())
                : channel.localAddress();
    }
}
