package corral.server.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What the ASGI extension {@code tls} says of a connection (ASGI TLS extension 0.2).
 *
 * @param serverCertificate PEM; null if unknown
 * @param clientChain PEM, the client's own certificate first; empty if it showed none
 * @param clientName subject of the client's certificate (RFC 4514); null if it showed none
 * @param clientError why the client's certificate was not accepted; always null, as such a client is refused
 * @param version 0x0303 or 0x0304
 * @param cipherSuite IANA's number; -1 if unknown
 */
public record TlsScope(
        String serverCertificate,
        List<String> clientChain,
        String clientName,
        String clientError,
        int version,
        int cipherSuite) {
    static final AttributeKey<String> SERVER_CERTIFICATE = AttributeKey.valueOf(TlsScope.class, "certificate");

    public TlsScope {
        clientChain = List.copyOf(clientChain);
    }

    /** A connection's TLS; null if it has none. Called on its event loop after the handshake, once per connection as it is not cheap. */
    public static TlsScope of(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler == null
                ? null
                : of(handler.engine(), channel.attr(SERVER_CERTIFICATE).get());
    }

    private static TlsScope of(SSLEngine engine, String serverCertificate) {
        SSLSession session = engine.getSession();
        Certificate[] peer = engine.getNeedClientAuth() || engine.getWantClientAuth() ? peer(session) : null;
        List<String> chain = new ArrayList<>();
        String name = null;
        if (peer != null) {
            for (Certificate certificate : peer) {
                chain.add(CertificateFiles.pem(certificate));
            }
            name = ((X509Certificate) peer[0]).getSubjectX500Principal().getName();
        }
        return new TlsScope(
                serverCertificate, chain, name, null, version(session), CipherNumbers.of(session.getCipherSuite()));
    }

    private static Certificate[] peer(SSLSession session) {
        try {
            return session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static int version(SSLSession session) {
        return switch (session.getProtocol()) {
            case "TLSv1.3" -> 0x0304;
            case "TLSv1.2" -> 0x0303;
            case "TLSv1.1" -> 0x0302;
            default -> 0x0301;
        };
    }
}
