package corral.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a server shows and proves.
 *
 * @param chain its certificate, then those that lead to an authority
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {
    Identity {
        chain = List.copyOf(chain);
    }

    /** The server's own certificate in PEM. */
    String pem() {
        return CertificateFiles.pem(chain.get(0));
    }
}
