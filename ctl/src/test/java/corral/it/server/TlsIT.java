package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as curl, openssl and Python's ssl see it. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {
    private Lab lab;
    private Path dir;
    private Servers servers;
    private RunningServer web;

    @BeforeAll
    void open(Lab given) throws IOException {
        lab = given;
        dir = lab.folder();
        Outcome made = lab.run(
                dir,
                List.of("/bin/sh", Servers.resources().resolve("make-certs.sh").toString()));
        assertThat(made.exit()).as(made.toString()).isZero();
        servers = new Servers(lab);
        web = start(
                "--certfile=" + dir.resolve("web.pem"),
                "--keyfile=" + dir.resolve("web.key"),
                "--sni-cert=other.example=" + dir.resolve("other.pem") + ":" + dir.resolve("other.key"),
                "--header-timeout=2");
    }

    @AfterAll
    void close() {
        servers.close();
    }

    private ServerSpec spec(String... options) {
        return ServerSpec.of(ServerKind.CORRAL, "scope_app:asgi").with(options);
    }

    private RunningServer start(String... options) {
        return start(spec(options));
    }

    private RunningServer start(ServerSpec spec) {
        RunningServer server = servers.start(spec);
        Servers.until("the front of " + spec, () -> {
            assertThat(server.front().isAlive()).as(server.story()).isTrue();
            return server.text("server.log").contains("Listening at");
        });
        return server;
    }

    private Outcome curl(RunningServer server, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--max-time",
                "20",
                "--cacert",
                dir.resolve("ca.pem").toString()));
        command.addAll(Arrays.asList(more));
        command.add("https://localhost:" + server.port() + "/");
        return lab.run(dir, command);
    }

    private Outcome openssl(RunningServer server, String... more) {
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-connect", "127.0.0.1:" + server.port(), "-CAfile", "ca.pem"));
        command.addAll(Arrays.asList(more));
        return lab.run(dir, command, "GET /probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private Outcome python(RunningServer server, String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Distribution.python().toString(),
                Servers.resources().resolve("tls_client.py").toString(),
                Integer.toString(server.port()),
                name,
                dir.resolve("ca.pem").toString()));
        command.addAll(Arrays.asList(more));
        return lab.run(dir, command);
    }

    private static void assertServed(Outcome outcome) {
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).contains("scheme='https'");
    }

    @Test
    void theWholeChainIsSent() {
        assertServed(curl(web));
        assertThat(openssl(web, "-showcerts", "-verify_return_error").out())
                .contains("CN = localhost")
                .contains("CN = corral middle")
                .contains("Verify return code: 0 (ok)");
    }

    @Test
    void theScopeTellsOfTls() {
        assertThat(curl(web).out())
                .contains("extensions=http.response.early_hint http.response.pathsend tls\n")
                .contains("tls.keys=cipher_suite client_cert_chain client_cert_error client_cert_name server_cert"
                        + " tls_version\n")
                .contains("tls.client_cert_name=None\n")
                .contains("tls.tls_version=772\n")
                .contains("tls.cipher_suite=int\n");
        assertThat(curl(web, "--tls-max", "1.2").out()).contains("tls.tls_version=771\n");
    }

    @ParameterizedTest
    @CsvSource({
        "web.pem, web.key, ''",
        "web.pem, web.pkcs1.key, ''",
        "web.pem, web.encrypted.key, secret",
        "web.pem, web.encrypted.pkcs1.key, secret",
        "ec.pem, ec.key, ''",
        "ec.pem, ec.sec1.key, ''",
        "web.both.pem, '', ''",
    })
    void keysOfAllFormsAreRead(String certificate, String key, String password) {
        ServerSpec spec = spec("--certfile=" + dir.resolve(certificate));
        if (!key.isEmpty()) {
            spec = spec.with("--keyfile=" + dir.resolve(key));
        }
        if (!password.isEmpty()) {
            spec = spec.env("CORRAL_KEYFILE_PASSWORD", password);
        }
        assertServed(curl(start(spec)));
    }

    @ParameterizedTest
    @CsvSource({"missing.pem, web.key", "web.pem, missing.key", "web.pem, ec.key", "web.pem, web.encrypted.key"})
    void aFrontWithoutAUsableCertificateDoesNotStart(String certificate, String key) throws Exception {
        RunningServer server =
                servers.launch(spec("--certfile=" + dir.resolve(certificate), "--keyfile=" + dir.resolve(key))
                        .workers(0));
        assertThat(server.front().waitFor(20, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(server.front().exitValue()).isNotZero();
        assertThat(server.text("server.log")).contains(key.equals("web.key") ? certificate : key);
    }

    @Test
    void clientCertificatesAreDemanded() {
        RunningServer server = start(
                "--certfile=" + dir.resolve("web.pem"),
                "--keyfile=" + dir.resolve("web.key"),
                "--ca-certs=" + dir.resolve("ca.pem"),
                "--cert-reqs=2");
        assertThat(curl(server).exit()).isNotZero();
        assertThat(curl(server, "--cert", "stranger.pem", "--key", "stranger.key")
                        .exit())
                .isNotZero();
        Outcome known = curl(server, "--cert", "client.pem", "--key", "client.key");
        assertServed(known);
        assertThat(known.out())
                .contains("tls.client_cert_name='CN=cowboy,O=Ranch'\n")
                .contains("tls.client_cert_chain=[True");
        assertServed(python(server, "localhost", "", dir + "/client.pem", dir + "/client.key"));
    }

    @Test
    void clientCertificatesMayBeOptional() {
        RunningServer server = start(
                "--certfile=" + dir.resolve("web.pem"),
                "--keyfile=" + dir.resolve("web.key"),
                "--ca-certs=" + dir.resolve("ca.pem"),
                "--cert-reqs=optional");
        assertThat(curl(server).out()).contains("tls.client_cert_name=None");
        assertThat(curl(server, "--cert", "client.pem", "--key", "client.key").out())
                .contains("tls.client_cert_name='CN=cowboy,O=Ranch'");
        assertThat(curl(server, "--cert", "stranger.pem", "--key", "stranger.key")
                        .exit())
                .isNotZero();
    }

    @Test
    void oldVersionsAreRefused() {
        String weak = "DEFAULT:@SECLEVEL=0";
        assertThat(openssl(web, "-tls1", "-cipher", weak).exit()).isNotZero();
        assertThat(openssl(web, "-tls1_1", "-cipher", weak).exit()).isNotZero();
        assertThat(openssl(web, "-tls1_2", "-ign_eof").out()).contains("200 OK");
        assertThat(openssl(web, "-tls1_3", "-ign_eof").out()).contains("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void theMinimumAndTheCiphersMayBeSet(String provider) {
        RunningServer server = start(
                "--certfile=" + dir.resolve("web.pem"),
                "--keyfile=" + dir.resolve("web.key"),
                "--tls-provider=" + provider,
                "--tls-minimum=1.3");
        assertThat(openssl(server, "-tls1_2").exit()).isNotZero();
        assertServed(curl(server));
        RunningServer picky = start(
                "--certfile=" + dir.resolve("web.pem"),
                "--keyfile=" + dir.resolve("web.key"),
                "--tls-provider=" + provider,
                "--ciphers=ECDHE-RSA-AES128-GCM-SHA256");
        assertThat(openssl(picky, "-tls1_2").out()).contains("ECDHE-RSA-AES128-GCM-SHA256");
        assertThat(openssl(picky, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")
                        .exit())
                .isNotZero();
    }

    @Test
    void aServerNameChoosesItsCertificate() {
        assertThat(python(web, "other.example").out()).contains("subject other.example");
        assertThat(python(web, "localhost").out()).contains("subject localhost");
        assertThat(openssl(web, "-servername", "unknown.example").out()).contains("CN = localhost");
        assertThat(openssl(web, "-noservername").out()).contains("CN = localhost");
    }

    @Test
    void http11IsNegotiated() {
        assertThat(python(web, "localhost", "h2,http/1.1").out()).contains("alpn http/1.1\n");
        assertThat(python(web, "localhost").out()).contains("alpn None\n");
        assertServed(python(web, "localhost", "h2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionsAreResumed(String version) {
        String file = "session" + version + ".pem";
        Outcome first = openssl(web, version, "-ign_eof", "-sess_out", file);
        assertThat(first.out()).contains("200 OK");
        Outcome second = openssl(web, version, "-ign_eof", "-sess_in", file);
        assertThat(second.out()).contains("Reused, TLS").contains("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void aRenewedCertificateIsPickedUp(String provider) throws Exception {
        Path certificate = dir.resolve(provider + "-live.pem");
        Path key = dir.resolve(provider + "-live.key");
        Files.copy(dir.resolve("web.pem"), certificate);
        Files.copy(dir.resolve("web.key"), key);
        RunningServer server = start("--certfile=" + certificate, "--keyfile=" + key, "--tls-provider=" + provider);
        String before = fingerprint(server);
        Files.writeString(certificate, "not a certificate\n");
        Thread.sleep(300);
        assertThat(fingerprint(server)).isEqualTo(before);
        Files.copy(dir.resolve("renewed.key"), key, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(dir.resolve("renewed.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        server.signal("HUP", server.front().pid());
        Servers.until("the new certificate", () -> !fingerprint(server).equals(before));
        assertServed(curl(server));
    }

    @Test
    void aRenewedCertificateIsPickedUpWithoutASignal() throws Exception {
        Path certificate = dir.resolve("watched.pem");
        Path key = dir.resolve("watched.key");
        Files.copy(dir.resolve("web.pem"), certificate);
        Files.copy(dir.resolve("web.key"), key);
        RunningServer server = start("--certfile=" + certificate, "--keyfile=" + key);
        String before = fingerprint(server);
        try (Wire unaffected = new Wire(server.port())) {
            Path next = dir.resolve("next");
            Files.copy(dir.resolve("renewed.key"), next);
            Files.move(next, key, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(dir.resolve("renewed.pem"), next);
            Files.move(next, certificate, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Servers.until("the new certificate", () -> !fingerprint(server).equals(before));
            assertThat(unaffected.side()).isEqualTo(Wire.Side.OPEN);
        }
    }

    /** The certificate that is presented; empty if none is. */
    private String fingerprint(RunningServer server) {
        String out = openssl(server, "-servername", "localhost").out();
        int from = out.indexOf("-----BEGIN CERTIFICATE-----");
        return from < 0 ? "" : out.substring(from, out.indexOf("-----END CERTIFICATE-----"));
    }

    @Test
    void plainHttpOnATlsPortHarmsNobody() throws Exception {
        try (Wire wire = new Wire(web.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(wire.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Wire.Side.OPEN);
        }
        assertServed(curl(web));
    }

    @Test
    void aHandshakeThatDoesNotGoOnIsEnded() throws Exception {
        try (Wire wire = new Wire(web.port())) {
            wire.send("\u0016\u0003\u0001");
            assertThat(wire.awaitEnd(Duration.ofSeconds(15))).isNotEqualTo(Wire.Side.OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void largeBodiesPassInBothDirections(String provider) throws Exception {
        RunningServer server = servers.start(ServerSpec.of(ServerKind.CORRAL, "streaming_app:app")
                .with(
                        "--certfile=" + dir.resolve("web.pem"),
                        "--keyfile=" + dir.resolve("web.key"),
                        "--tls-provider=" + provider));
        Path body = dir.resolve(provider + ".bin");
        Files.write(body, new byte[20 << 20]);
        String base = "https://localhost:" + server.port();
        Outcome up = lab.run(
                dir,
                List.of(
                        "curl",
                        "-sS",
                        "--retry",
                        "10",
                        "--retry-connrefused",
                        "--cacert",
                        "ca.pem",
                        "--data-binary",
                        "@" + body,
                        base + "/upload?" + (1 << 30)));
        assertThat(up.out()).as(up.toString()).startsWith((20 << 20) + " 8f4e33f3dc3e414ff94e5fb6905cba8c");
        Outcome down = lab.run(
                dir, List.of("curl", "-sS", "--cacert", "ca.pem", "-o", "down.bin", base + "/download?" + (20 << 20)));
        assertThat(down.exit()).as(down.toString()).isZero();
        assertThat(Files.mismatch(body, dir.resolve("down.bin"))).isEqualTo(-1);
    }
}
