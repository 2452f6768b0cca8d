package corral.server.proxy;

import corral.server.options.Personality;
import corral.server.options.ServerOptions;

/** Whom a server trusts, by its options. */
public final class ProxyTrust {
    private ProxyTrust() {}

    /** Whose forwarded headers count. gunicorn trusts every peer on a Unix socket, uvicorn only if it trusts everybody. */
    public static TrustedAddresses forwarded(ServerOptions options) {
        return TrustedAddresses.of(options.proxy().forwardedAllowed(), options.personality() == Personality.GUNICORN);
    }

    /** Who may send PROXY headers; on Unix sockets everybody, as there is no address to go by. */
    public static TrustedAddresses proxyProtocol(ServerOptions options) {
        return TrustedAddresses.of(options.proxy().protocolAllowed(), true);
    }
}
