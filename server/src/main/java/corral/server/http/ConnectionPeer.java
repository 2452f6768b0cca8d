package corral.server.http;

import corral.server.exchange.RequestHead;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Who is at the other end of a connection, and what scopes say of it. On the connection's event loop. */
final class ConnectionPeer {
    private static final int BAD_REQUEST = 400;

    private final HttpContext context;
    private final SocketAddress address;
    private final boolean trusted;
    private final ConnectionScope scope;
    private Client own;
    private byte[] ownScope;
    private byte[] proxied;

    private ConnectionPeer(HttpContext context, Channel channel, SocketAddress listener, boolean secure) {
        this.context = context;
        address = channel.remoteAddress();
        String scheme = secure ? "https" : "http";
        own = address instanceof InetSocketAddress inet
                ? new Client(NetUtil.toAddressString(inet.getAddress()), inet.getPort(), scheme)
                : new Client(null, 0, scheme);
        ownScope = ConnectionScope.client(own.host(), own.port());
        trusted = context.forwarding().trusts(address);
        SocketAddress local = listener instanceof InetSocketAddress ? channel.localAddress() : listener;
        scope = new ConnectionScope(context.options().http(), local, secure ? new TlsExtension(channel) : null);
    }

    /**
     * Looks at an active channel.
     *
     * @param listener where it was accepted
     * @param secure whether TLS is below
     */
    static ConnectionPeer of(HttpContext context, Channel channel, SocketAddress listener, boolean secure) {
        return new ConnectionPeer(context, channel, listener, secure);
    }

    /** A proxy has said by the PROXY protocol whose connection it is. */
    void proxied(ProxiedClient client) {
        own = new Client(client.host(), client.port(), own.scheme());
        ownScope = ConnectionScope.client(own.host(), own.port());
        proxied = ConnectionScope.proxied(client);
    }

    /** Marshal of what the PROXY protocol said, null if it said nothing. */
    byte[] proxied() {
        return proxied;
    }

    /** The other end itself. */
    Client own() {
        return own;
    }

    /** Whether what it forwards is believed. */
    boolean trusted() {
        return trusted;
    }

    /** Whether it is a network connection, as opposed to a Unix socket. */
    boolean inet() {
        return address instanceof InetSocketAddress;
    }

    ConnectionScope scope() {
        return scope;
    }

    /** Who sent the request that was just parsed: the other end, or who it says. */
    Client client(RequestHead head) throws RequestError {
        if (!context.parser().headers().forwarded()) {
            return own;
        }
        Client client = context.forwarding().resolve(head, address, own);
        if (client == null) {
            throw new RequestError(BAD_REQUEST, "contradictory forwarded headers");
        }
        return client;
    }

    /** Marshal of the scope's client. */
    byte[] clientScope(Client client) {
        return client.equals(own) ? ownScope : ConnectionScope.client(client.host(), client.port());
    }
}
