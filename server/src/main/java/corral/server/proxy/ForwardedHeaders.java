package corral.server.proxy;

import corral.server.exchange.RequestHead;
import corral.server.http.Client;
import corral.server.http.Forwarding;
import corral.server.options.HttpOptions.NameValue;
import corral.server.options.ProxyOptions;
import corral.server.options.ProxyOptions.Headers;
import java.net.SocketAddress;

/**
 * Who sent a request according to the headers of trusted proxies: gunicorn's secure_scheme_headers, uvicorn's X-Forwarded-For and -Proto,
 * and Forwarded (RFC 7239). Immutable, any thread.
 */
public final class ForwardedHeaders implements Forwarding {
    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String FORWARDED = "forwarded";

    private final Headers which;
    private final TrustedAddresses trusted;
    private final NameValue[] secure;

    /** @param trusted whose headers count, and whose entries in a list of proxies are passed over */
    public ForwardedHeaders(ProxyOptions options, TrustedAddresses trusted) {
        this.which = options.headers();
        this.trusted = trusted;
        this.secure = options.secureSchemeHeaders().toArray(NameValue[]::new);
    }

    @Override
    public Client resolve(RequestHead head, SocketAddress peer, Client client) {
        if (which == Headers.OFF || !trusted.trusts(peer)) {
            return client;
        }
        Claims claims = new Claims();
        for (int i = 0; i < head.headerCount(); i++) {
            if (!see(head, i, claims)) {
                return null;
            }
        }
        return claims.isEmpty() ? client : decide(claims, client);
    }

    @Override
    public boolean trusts(SocketAddress peer) {
        return trusted.trusts(peer);
    }

    /** What the headers say; null where they say nothing. */
    private static final class Claims {
        private String secureScheme;
        private String proto;
        private String hosts;
        private String forwarded;

        boolean isEmpty() {
            return secureScheme == null && proto == null && hosts == null && forwarded == null;
        }
    }

    /** Takes one header; false if it contradicts one before. */
    private boolean see(RequestHead head, int index, Claims claims) {
        for (NameValue header : secure) {
            if (head.isNamed(index, header.name())) {
                String scheme = head.value(index).equals(header.value()) ? "https" : "http";
                if (claims.secureScheme != null && !claims.secureScheme.equals(scheme)) {
                    return false;
                }
                claims.secureScheme = scheme;
            }
        }
        if (which == Headers.SCHEME) {
            return true;
        }
        if (head.isNamed(index, FOR)) {
            claims.hosts = joined(claims.hosts, head.value(index));
        } else if (head.isNamed(index, PROTO)) {
            claims.proto = head.value(index);
        } else if (which == Headers.FORWARDED && head.isNamed(index, FORWARDED)) {
            claims.forwarded = joined(claims.forwarded, head.value(index));
        }
        return true;
    }

    private static String joined(String before, String value) {
        return before == null ? value : before + ", " + value;
    }

    private Client decide(Claims claims, Client client) {
        ForwardedElement element = null;
        if (claims.forwarded != null) {
            element = ForwardedElement.choose(claims.forwarded, trusted);
            if (element == null) {
                return null;
            }
        }
        Node sender = claims.hosts == null ? null : Node.choose(claims.hosts, trusted);
        String proto = claims.proto == null ? null : scheme(claims.proto);
        if (element != null) {
            // A proxy that writes one of them lets through what a client wrote into the other.
            if (contradict(
                            sender == null ? null : sender.host(),
                            element.node() == null ? null : element.node().host())
                    || contradict(proto, element.scheme())) {
                return null;
            }
            sender = element.node() == null ? sender : element.node();
            proto = element.scheme() == null ? proto : element.scheme();
        }
        String scheme = proto != null ? proto : claims.secureScheme != null ? claims.secureScheme : client.scheme();
        return sender == null
                ? new Client(client.host(), client.port(), scheme)
                : new Client(sender.host(), sender.port(), scheme);
    }

    private static boolean contradict(String one, String other) {
        return one != null && other != null && !one.equalsIgnoreCase(other);
    }

    /** A scheme as the app is told; null for what is none, such as a list. WebSockets turn http into ws later. */
    static String scheme(String value) {
        return switch (value) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> null;
        };
    }
}
