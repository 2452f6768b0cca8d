package corral.server.tls;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;

/** What a handshake leaves to do. */
public final class HandshakeEnd {
    private HandshakeEnd() {}

    /**
     * Acknowledges the client's Finished message at once. A client that sends its request in a second packet, and has Nagle's
     * algorithm on, waits for that; BoringSSL keeps its tickets back for the first response, so nothing would carry the ACK for
     * 40 ms. It costs a packet: not to be called if an answer is about to go out anyway. On the channel's event loop.
     */
    public static void acknowledge(Channel client) {
        if (client instanceof EpollSocketChannel tcp && tcp.isOpen()) {
            tcp.config().setTcpQuickAck(true);
        }
    }
}
