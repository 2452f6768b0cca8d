package corral.server;

import corral.server.options.ProxyOptions.Protocol;
import corral.server.options.ServerOptions;
import corral.server.proxy.ProxyProtocolHandler;
import corral.server.proxy.ProxyTrust;
import corral.server.proxy.TrustedAddresses;
import corral.server.tls.TlsContexts;
import corral.server.tls.TlsException;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/** What stands between a client's socket and HTTP: the PROXY protocol, then TLS, if options ask for them. */
final class Edge implements Consumer<Channel>, AutoCloseable {
    private final Protocol protocol;
    private final TrustedAddresses proxies;
    private final TlsContexts tls;

    private Edge(Protocol protocol, TrustedAddresses proxies, TlsContexts tls) {
        this.protocol = protocol;
        this.proxies = proxies;
        this.tls = tls;
    }

    /** @throws TlsException names the file or option that is wrong */
    static Edge open(ServerOptions options) throws TlsException {
        return new Edge(
                options.proxy().protocol(),
                ProxyTrust.proxyProtocol(options),
                options.tls().enabled()
                        ? TlsContexts.open(options.tls(), options.timeouts().headerMs())
                        : null);
    }

    boolean secure() {
        return tls != null;
    }

    /** Adds its handlers to a new connection. */
    @Override
    public void accept(Channel channel) {
        if (protocol != Protocol.OFF) {
            channel.pipeline().addLast(new ProxyProtocolHandler(protocol, proxies, secure()));
        }
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel));
        }
    }

    /** Reads certificates again. Any thread. */
    void reload() {
        if (tls != null) {
            tls.reload();
        }
    }

    @Override
    public void close() {
        if (tls != null) {
            tls.close();
        }
    }
}
