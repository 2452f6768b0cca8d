package corral.server.http;

import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import corral.server.options.HttpOptions;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** The part of ASGI scopes that is the same for all requests of a connection, as bytes of marshal. */
final class ConnectionScope {
    private static final String SPEC = "2.4";
    private static final int SMALL = 256;

    private final HttpOptions options;
    private final SocketAddress local;
    private final Consumer<Scratch> tls;
    private final Map<Variant, byte[]> prepared = new EnumMap<>(Variant.class);
    private String scheme = "";

    /** Scopes that differ in more than what {@link ScopeWriter} adds. */
    enum Variant {
        HTTP,
        /** Of a client that takes trailers. */
        HTTP_TRAILERS,
        WEBSOCKET
    }

    /** @param tls writes the value of the tls extension; null without TLS */
    ConnectionScope(HttpOptions options, SocketAddress local, Consumer<Scratch> tls) {
        this.options = options;
        this.local = local;
        this.tls = tls;
    }

    /**
     * Everything but what {@link ScopeWriter} adds, without the dict's end.
     *
     * @param requestScheme http or https; of a WebSocket also ws or wss
     */
    byte[] of(Variant variant, String requestScheme) {
        if (!scheme.equals(requestScheme)) {
            scheme = requestScheme;
            prepared.clear();
        }
        byte[] bytes = prepared.get(variant);
        if (bytes == null) {
            bytes = write(variant);
            prepared.put(variant, bytes);
        }
        return bytes;
    }

    private byte[] write(Variant variant) {
        boolean webSocket = variant == Variant.WEBSOCKET;
        Scratch out = new Scratch(SMALL);
        Marshal.dict(out);
        Marshal.interned(out, "type");
        Marshal.interned(out, webSocket ? "websocket" : "http");
        Marshal.interned(out, "asgi");
        Marshal.dict(out);
        Marshal.interned(out, "version");
        Marshal.interned(out, "3.0");
        Marshal.interned(out, "spec_version");
        Marshal.interned(out, SPEC);
        Marshal.endDict(out);
        Marshal.interned(out, "scheme");
        Marshal.interned(out, webSocket ? webSocketScheme() : scheme);
        Marshal.interned(out, "root_path");
        Marshal.text(out, options.rootPath());
        Marshal.interned(out, "server");
        server(out);
        Marshal.interned(out, "extensions");
        extensions(out, variant);
        return Arrays.copyOf(out.array(), out.size());
    }

    private String webSocketScheme() {
        return scheme.equals("https") || scheme.equals("wss") ? "wss" : "ws";
    }

    private void server(Scratch out) {
        if (local instanceof InetSocketAddress address) {
            address(out, NetUtil.toAddressString(address.getAddress()), address.getPort());
        } else if (local instanceof DomainSocketAddress path) {
            Marshal.tuple(out, 2);
            Marshal.text(out, path.path());
            Marshal.none(out);
        } else {
            Marshal.none(out);
        }
    }

    private void extensions(Scratch out, Variant variant) {
        Marshal.dict(out);
        if (variant == Variant.WEBSOCKET) {
            empty(out, "websocket.http.response");
        } else {
            empty(out, "http.response.pathsend");
            empty(out, "http.response.early_hint");
        }
        if (variant == Variant.HTTP_TRAILERS) {
            empty(out, "http.response.trailers");
        }
        if (tls != null) {
            Marshal.interned(out, "tls");
            tls.accept(out);
        }
        Marshal.endDict(out);
    }

    private static void empty(Scratch out, String name) {
        Marshal.interned(out, name);
        Marshal.dict(out);
        Marshal.endDict(out);
    }

    /** Key and value of a WSGI scope's corral.proxy: what gunicorn adds to the environ. */
    static byte[] proxied(ProxiedClient client) {
        Scratch out = new Scratch(SMALL);
        Marshal.interned(out, "corral.proxy");
        Marshal.dict(out);
        Marshal.interned(out, "PROXY_PROTOCOL");
        Marshal.text(out, client.protocol());
        Marshal.interned(out, "PROXY_ADDR");
        Marshal.text(out, client.proxyHost());
        Marshal.interned(out, "PROXY_PORT");
        Marshal.text(out, Integer.toString(client.proxyPort()));
        Marshal.endDict(out);
        return Arrays.copyOf(out.array(), out.size());
    }

    /** Marshal of a client: a pair of host and port, or None if the host is null. */
    static byte[] client(String host, int port) {
        Scratch out = new Scratch(SMALL);
        if (host == null) {
            Marshal.none(out);
        } else {
            address(out, host, port);
        }
        return Arrays.copyOf(out.array(), out.size());
    }

    private static void address(Scratch out, String host, int port) {
        Marshal.tuple(out, 2);
        Marshal.text(out, host);
        Marshal.integer(out, port);
    }
}
