package corral.server.tls;

import corral.server.options.TlsOptions;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import java.util.List;

/** TLS options for tests. */
final class OptionsBuilder {
    private final String certfile;
    private final String keyfile;
    private TlsOptions.Provider provider = TlsOptions.Provider.AUTO;
    private ClientCertificates clients = ClientCertificates.NONE;
    private String authorities;
    private String ciphers;
    private boolean tls13Only;
    private List<SniCertificate> sni = List.of();

    OptionsBuilder(String certfile, String keyfile) {
        this.certfile = certfile;
        this.keyfile = keyfile;
    }

    OptionsBuilder provider(TlsOptions.Provider value) {
        provider = value;
        return this;
    }

    OptionsBuilder clients(ClientCertificates value, String caCerts) {
        clients = value;
        authorities = caCerts;
        return this;
    }

    OptionsBuilder ciphers(String value) {
        ciphers = value;
        return this;
    }

    OptionsBuilder tls13Only(boolean value) {
        tls13Only = value;
        return this;
    }

    OptionsBuilder sni(List<SniCertificate> value) {
        sni = value;
        return this;
    }

    TlsOptions build() {
        return new TlsOptions(certfile, keyfile, null, authorities, clients, ciphers, tls13Only, sni, provider);
    }
}
