package corral.server.http;

import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import corral.server.options.HttpOptions;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/** The part of ASGI scopes that is the same for all requests of a connection, as bytes of marshal. */
final class ConnectionScope {
    private static final String HTTP_SPEC = "2.4";
    private static final String WEBSOCKET_SPEC = "2.4";

    private final HttpOptions options;
    private final SocketAddress local;
    private final Consumer<Scratch> tls;
    private String scheme = "";
    private byte[] http;
    private byte[] webSocket;

    /** @param tls writes the value of the tls extension; null without TLS */
    ConnectionScope(HttpOptions options, SocketAddress local, Consumer<Scratch> tls) {
        this.options = options;
        this.local = local;
        this.tls = tls;
    }

    /** Everything but what {@link ScopeWriter} adds, for a scheme http or https; without the dict's end. */
    byte[] http(String requestScheme) {
        use(requestScheme);
        if (http == null) {
            http = write("http", HTTP_SPEC, requestScheme);
        }
        return http;
    }

    /** The same for a WebSocket; its scheme is ws or wss. */
    byte[] webSocket(String requestScheme) {
        use(requestScheme);
        if (webSocket == null) {
            webSocket = write(
                    "websocket",
                    WEBSOCKET_SPEC,
                    requestScheme.equals("https") || requestScheme.equals("wss") ? "wss" : "ws");
        }
        return webSocket;
    }

    private void use(String requestScheme) {
        if (!scheme.equals(requestScheme)) {
            scheme = requestScheme;
            http = null;
            webSocket = null;
        }
    }

    private byte[] write(String type, String spec, String value) {
        Scratch out = new Scratch();
        Marshal.dict(out);
        Marshal.interned(out, "type");
        Marshal.interned(out, type);
        Marshal.interned(out, "asgi");
        Marshal.dict(out);
        Marshal.interned(out, "version");
        Marshal.interned(out, "3.0");
        Marshal.interned(out, "spec_version");
        Marshal.interned(out, spec);
        Marshal.endDict(out);
        Marshal.interned(out, "scheme");
        Marshal.interned(out, value);
        Marshal.interned(out, "root_path");
        Marshal.text(out, options.rootPath());
        Marshal.interned(out, "server");
        server(out);
        Marshal.interned(out, "extensions");
        extensions(out, type.equals("http"));
        return Arrays.copyOf(out.array(), out.size());
    }

    private void server(Scratch out) {
        if (local instanceof InetSocketAddress address) {
            address(out, address.getAddress().getHostAddress(), address.getPort());
        } else if (local instanceof DomainSocketAddress path) {
            Marshal.tuple(out, 2);
            Marshal.text(out, path.path());
            Marshal.none(out);
        } else {
            Marshal.none(out);
        }
    }

    private void extensions(Scratch out, boolean http) {
        Marshal.dict(out);
        if (http) {
            empty(out, "http.response.pathsend");
            empty(out, "http.response.early_hint");
        } else {
            empty(out, "websocket.http.response");
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

    /** Marshal of a client: a pair of host and port, or None if the host is null. */
    static byte[] client(String host, int port) {
        Scratch out = new Scratch();
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
