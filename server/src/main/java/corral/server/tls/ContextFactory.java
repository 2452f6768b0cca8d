package corral.server.tls;

import corral.server.options.TlsOptions;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a context of a certificate and the options that hold for all of them. */
final class ContextFactory {
    private static final Logger LOG = LoggerFactory.getLogger(ContextFactory.class);
    private static final int SESSIONS = 20_480;
    private static final long SESSION_SECONDS = 7_200;

    private final TlsOptions options;
    private final SslProvider provider;
    private final List<String> ciphers;
    private final List<String> applicationProtocols;

    /**
     * @param applicationProtocols offered by ALPN (RFC 7301), best first
     * @throws TlsException the provider or the ciphers cannot be had
     */
    ContextFactory(TlsOptions options, List<String> applicationProtocols) throws TlsException {
        this.options = options;
        this.applicationProtocols = List.copyOf(applicationProtocols);
        this.provider = provider(options.provider());
        this.ciphers = options.ciphers() == null ? null : ciphers(options.ciphers());
    }

    /** Which implementation is used, for the log. */
    String implementation() {
        return provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString();
    }

    private static SslProvider provider(TlsOptions.Provider wanted) throws TlsException {
        if (wanted == TlsOptions.Provider.JDK) {
            return SslProvider.JDK;
        }
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        if (wanted == TlsOptions.Provider.OPENSSL) {
            throw new TlsException(
                    "tls_provider: openssl is not available here ("
                            + OpenSsl.unavailabilityCause().getMessage() + "), expected auto or jdk",
                    OpenSsl.unavailabilityCause());
        }
        return SslProvider.JDK;
    }

    private List<String> ciphers(String list) throws TlsException {
        if (provider == SslProvider.JDK) {
            try {
                SSLContext jdk = SSLContext.getDefault();
                return Ciphers.jdk(list, List.of(jdk.getSupportedSSLParameters().getCipherSuites()));
            } catch (NoSuchAlgorithmException e) {
                throw new TlsException("the JDK has no TLS: " + e.getMessage(), e);
            }
        }
        List<String> unknown = new ArrayList<>();
        List<String> known = Ciphers.openSsl(list, unknown);
        if (!unknown.isEmpty()) {
            LOG.warn("ciphers: {} not known to BoringSSL, left out", String.join(", ", unknown));
        }
        return known;
    }

    /**
     * A context that can serve any number of connections on any thread; released by the caller.
     *
     * @param authorities of client certificates, empty if none are asked for
     */
    SslContext build(Identity identity, List<X509Certificate> authorities) throws TlsException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(provider)
                .protocols(options.tls13Only() ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2"))
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS)
                .clientAuth(
                        switch (options.clientCertificates()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        })
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        applicationProtocols));
        if (provider != SslProvider.JDK) {
            // Signing happens on the event loop anyway; a task for it only costs another round.
            builder.option(OpenSslContextOption.USE_TASKS, false);
        }
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities);
        }
        if (ciphers != null) {
            builder.ciphers(ciphers);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS cannot be set up: " + reason(e), e);
        }
    }

    private String reason(Exception e) {
        String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
        return e.getMessage() + cause + (options.ciphers() == null ? "" : " (ciphers \"" + options.ciphers() + "\")");
    }
}
