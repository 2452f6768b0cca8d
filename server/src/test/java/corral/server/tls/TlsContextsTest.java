package corral.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.server.options.TlsOptions;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class TlsContextsTest {
    @TempDir
    static Path folder;

    private static OpenSslTool openssl;

    @BeforeAll
    static void makeKeys() throws Exception {
        openssl = new OpenSslTool(folder);
        openssl.selfSigned("main", "main.example");
        openssl.selfSigned("other", "other.example");
        openssl.selfSigned("third", "third.example");
        openssl.selfSignedRsa("rsa", "rsa.example");
        openssl.selfSigned("client", "client.example");
        openssl.selfSigned("stranger", "stranger.example");
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL,tls1_2,0x0303", "OPENSSL,tls1_3,0x0304", "JDK,tls1_2,0x0303", "JDK,tls1_3,0x0304"})
    void sessionsAreResumedOnAnyEventLoop(TlsOptions.Provider provider, String version, String number)
            throws Exception {
        try (TlsServer server = new TlsServer(options("rsa").provider(provider).build())) {
            String session = openssl.file("session-" + provider + version);
            String first = client(server, "-" + version, "-sess_out", session);
            // Accepted connections go to the two loops in turn.
            for (int i = 0; i < 3; i++) {
                assertThat(client(server, "-" + version, "-sess_in", session)).contains("Reused, TLS");
            }

            assertThat(first).contains("New, TLS");
            for (int i = 0; i < 4; i++) {
                TlsScope scope = server.scopes.take();
                assertThat(scope.version()).isEqualTo(Integer.decode(number));
                assertThat(scope.cipherSuite()).isPositive();
                assertThat(scope.serverCertificate()).isEqualTo(Files.readString(folder.resolve("rsa.pem")));
                assertThat(scope.clientChain()).isEmpty();
                assertThat(scope.clientName()).isNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void tls12SessionsAreResumedWithoutTicketsToo(TlsOptions.Provider provider) throws Exception {
        try (TlsServer server = new TlsServer(options("main").provider(provider).build())) {
            String session = openssl.file("session-cache-" + provider);
            client(server, "-tls1_2", "-no_ticket", "-sess_out", session);

            assertThat(client(server, "-tls1_2", "-no_ticket", "-sess_in", session))
                    .contains("Reused, TLS");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void http11IsOfferedByAlpn(TlsOptions.Provider provider) throws Exception {
        try (TlsServer server = new TlsServer(options("main").provider(provider).build())) {
            assertThat(client(server, "-alpn", "h2,http/1.1")).contains("ALPN protocol: http/1.1");
            assertThat(client(server, "-alpn", "h2"))
                    .contains("No ALPN negotiated")
                    .contains("hello");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void oldVersionsAreRefused(TlsOptions.Provider provider) throws Exception {
        try (TlsServer server = new TlsServer(options("main").provider(provider).build())) {
            assertThat(attempt(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")).doesNotContain("hello");
        }
        try (TlsServer server =
                new TlsServer(options("main").provider(provider).tls13Only(true).build())) {
            assertThat(attempt(server, "-tls1_2")).doesNotContain("hello");
            assertThat(client(server)).contains("New, TLSv1.3");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void onlyTheGivenCiphersAreUsed(TlsOptions.Provider provider) throws Exception {
        try (TlsServer server = new TlsServer(options("rsa")
                .provider(provider)
                .ciphers("ECDHE-RSA-AES256-GCM-SHA384")
                .build())) {
            assertThat(client(server, "-tls1_2")).contains("Cipher is ECDHE-RSA-AES256-GCM-SHA384");
            assertThat(attempt(server, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"))
                    .doesNotContain("hello");
            assertThat(client(server, "-tls1_3")).contains("New, TLSv1.3");
        }
    }

    @Test
    void ciphersThatNameNothingAreAnErrorAtOnce() {
        assertThatThrownBy(() ->
                        TlsContexts.open(options("main").ciphers("NONSENSE").build(), 0))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("NONSENSE");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void theServerNameChoosesTheCertificate(TlsOptions.Provider provider) throws Exception {
        TlsOptions options = options("main")
                .provider(provider)
                .sni(List.of(
                        new SniCertificate("other.example", openssl.file("other.pem"), openssl.file("other.key")),
                        new SniCertificate("*.wild.example", openssl.file("third.pem"), openssl.file("third.key"))))
                .build();
        try (TlsServer server = new TlsServer(options)) {
            assertThat(subject(server, "other.example")).isEqualTo("CN=other.example,O=Corral");
            assertThat(server.scopes.take().serverCertificate())
                    .isEqualTo(Files.readString(folder.resolve("other.pem")));
            assertThat(subject(server, "OTHER.example")).isEqualTo("CN=other.example,O=Corral");
            assertThat(subject(server, "a.wild.example")).isEqualTo("CN=third.example,O=Corral");
            assertThat(subject(server, "a.b.wild.example")).isEqualTo("CN=main.example,O=Corral");
            assertThat(subject(server, "wild.example")).isEqualTo("CN=main.example,O=Corral");
            assertThat(subject(server, null)).isEqualTo("CN=main.example,O=Corral");
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL,tls1_2", "OPENSSL,tls1_3", "JDK,tls1_2", "JDK,tls1_3"})
    void requiredClientCertificatesAreCheckedAndTold(TlsOptions.Provider provider, String version) throws Exception {
        TlsOptions options = options("main")
                .provider(provider)
                .clients(ClientCertificates.REQUIRED, openssl.file("client.pem"))
                .build();
        try (TlsServer server = new TlsServer(options)) {
            String session = openssl.file("client-session" + provider + version);
            assertThat(client(server, "-" + version, "-cert", "client.pem", "-key", "client.key", "-sess_out", session))
                    .contains("hello");
            TlsScope scope = server.scopes.take();
            assertThat(scope.clientName()).isEqualTo("CN=client.example,O=Corral");
            assertThat(scope.clientChain()).containsExactly(Files.readString(folder.resolve("client.pem")));

            assertThat(client(server, "-" + version, "-sess_in", session)).contains("Reused");
            assertThat(server.scopes.take().clientName()).isEqualTo("CN=client.example,O=Corral");

            assertThat(attempt(server, "-" + version)).doesNotContain("hello");
            assertThat(attempt(server, "-" + version, "-cert", "stranger.pem", "-key", "stranger.key"))
                    .doesNotContain("hello");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void optionalClientCertificatesMayBeMissing(TlsOptions.Provider provider) throws Exception {
        TlsOptions options = options("main")
                .provider(provider)
                .clients(ClientCertificates.OPTIONAL, openssl.file("client.pem"))
                .build();
        try (TlsServer server = new TlsServer(options)) {
            assertThat(client(server)).contains("hello");
            assertThat(server.scopes.take().clientName()).isNull();
            assertThat(client(server, "-cert", "client.pem", "-key", "client.key"))
                    .contains("hello");
            assertThat(server.scopes.take().clientName()).isEqualTo("CN=client.example,O=Corral");
            assertThat(attempt(server, "-cert", "stranger.pem", "-key", "stranger.key"))
                    .doesNotContain("hello");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"OPENSSL", "JDK"},
            value = TlsOptions.Provider.class)
    void aRenewedCertificateIsServedWithoutARestart(TlsOptions.Provider provider) throws Exception {
        copy("main", "renewed" + provider);
        try (TlsServer server =
                new TlsServer(options("renewed" + provider).provider(provider).build())) {
            assertThat(subject(server, null)).isEqualTo("CN=main.example,O=Corral");
            copy("other", "renewed" + provider);

            until(() -> subject(server, null).equals("CN=other.example,O=Corral"));
        }
    }

    @Test
    void aBrokenRenewalLeavesWhatWasThere() throws Exception {
        copy("main", "broken");
        try (TlsServer server = new TlsServer(options("broken").build())) {
            Files.writeString(folder.resolve("broken.pem"), "no certificate\n");
            server.contexts.reload();
            for (int i = 0; i < 20; i++) {
                assertThat(subject(server, null)).isEqualTo("CN=main.example,O=Corral");
            }
            copy("third", "broken");

            until(() -> subject(server, null).equals("CN=third.example,O=Corral"));
        }
    }

    @Test
    void reloadReadsFilesAtOnce() throws Exception {
        copy("main", "asked");
        try (TlsServer server = new TlsServer(options("asked").build())) {
            server.contexts.reload();
            copy("other", "asked");
            server.contexts.reload();

            until(() -> subject(server, null).equals("CN=other.example,O=Corral"));
        }
    }

    @Test
    void aSilentClientIsCutAfterTheHandshakeTimeout() throws Exception {
        for (List<SniCertificate> names : List.of(
                List.<SniCertificate>of(),
                List.of(new SniCertificate("x", openssl.file("other.pem"), openssl.file("other.key"))))) {
            try (TlsServer server = new TlsServer(options("main").sni(names).build(), 50);
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(10_000);

                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void plainHttpIsNoHandshake() throws Exception {
        try (TlsServer server = new TlsServer(options("main").build());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

            assertThat(server.failures.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    private static void copy(String from, String to) throws Exception {
        for (String suffix : List.of(".key", ".pem")) {
            Files.copy(
                    folder.resolve(from + suffix), folder.resolve("new" + suffix), StandardCopyOption.REPLACE_EXISTING);
            Files.move(folder.resolve("new" + suffix), folder.resolve(to + suffix), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("too late").isLessThan(end);
        }
    }

    /** What openssl's client prints about a connection that must work. */
    private static String client(TlsServer server, String... arguments) throws Exception {
        String output = attempt(server, arguments);
        assertThat(output).contains("hello");
        return output;
    }

    private static String attempt(TlsServer server, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 4];
        all[0] = "s_client";
        all[1] = "-connect";
        all[2] = server.address();
        all[3] = "-ign_eof";
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return openssl.attempt("", all).output();
    }

    private static String subject(TlsServer server, String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anyone()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            if (name != null) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(name)));
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            assertThat(socket.getInputStream().read()).isEqualTo('h');
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private static OptionsBuilder options(String name) {
        return new OptionsBuilder(openssl.file(name + ".pem"), openssl.file(name + ".key"));
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
