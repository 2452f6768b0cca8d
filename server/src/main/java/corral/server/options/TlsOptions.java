package corral.server.options;

import java.util.List;

/**
 * TLS. Files are PEM and are read again when they change.
 *
 * @param certfile null: no TLS
 * @param keyfile null: the key is in certfile
 * @param password of an encrypted key, null for none
 * @param caCerts whose client certificates are accepted, null for none
 * @param ciphers OpenSSL's cipher list, null for the default
 * @param sni further certificates by server name
 */
public record TlsOptions(
        String certfile,
        String keyfile,
        String password,
        String caCerts,
        ClientCertificates clientCertificates,
        String ciphers,
        boolean tls13Only,
        List<SniCertificate> sni,
        Provider provider) {
    public TlsOptions {
        sni = List.copyOf(sni);
    }

    /** Whether TLS is on. */
    public boolean enabled() {
        return certfile != null;
    }

    /** Whether a client is asked for a certificate, and must have one. */
    public enum ClientCertificates {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** Which implementation; AUTO prefers OpenSSL (BoringSSL). */
    public enum Provider {
        AUTO,
        OPENSSL,
        JDK
    }

    /** A certificate for one server name, which may begin with {@code *.}. */
    public record SniCertificate(String host, String certfile, String keyfile) {}
}
