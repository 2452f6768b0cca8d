package corral.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    @TempDir
    static Path folder;

    private static OpenSslTool openssl;

    @BeforeAll
    static void makeKeys() throws Exception {
        openssl = new OpenSslTool(folder);
        openssl.selfSigned("a", "a.example");
        openssl.selfSigned("b", "b.example");
    }

    @Test
    void theKeyMayBeInsideTheCertificatesFile() throws Exception {
        for (String[] order : new String[][] {{"a.pem", "a.key"}, {"a.key", "a.pem"}}) {
            String text = Files.readString(folder.resolve(order[0])) + Files.readString(folder.resolve(order[1]));
            Files.writeString(folder.resolve("both.pem"), text);

            Identity identity = CertificateFiles.read(openssl.file("both.pem"), null, null);

            assertThat(identity.chain()).hasSize(1);
        }
    }

    @Test
    void aChainIsReadInItsOrder() throws Exception {
        String text = Files.readString(folder.resolve("a.pem")) + Files.readString(folder.resolve("b.pem"));
        Files.writeString(folder.resolve("chain.pem"), text);

        Identity identity = CertificateFiles.read(openssl.file("chain.pem"), openssl.file("a.key"), null);

        assertThat(identity.chain())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=a.example,O=Corral", "CN=b.example,O=Corral");
        assertThat(identity.pem()).isEqualTo(Files.readString(folder.resolve("a.pem")));
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("none.pem"), null, null))
                .hasMessage(openssl.file("none.pem") + ": there is no such file, expected a certificate in PEM");
        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("a.pem"), openssl.file("none.key"), null))
                .hasMessage(openssl.file("none.key") + ": there is no such file, expected a private key in PEM");
        assertThatThrownBy(() -> CertificateFiles.certificates(folder.toString()))
                .hasMessageStartingWith(folder + ": cannot be read: ");
    }

    @Test
    void aFileWithoutTheThingSaysWhatWasExpected() {
        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("a.key"), null, null))
                .hasMessage(
                        openssl.file("a.key") + ": holds no certificate, expected a PEM file with BEGIN CERTIFICATE");
        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("a.pem"), null, null))
                .hasMessageStartingWith(openssl.file("a.pem") + ": holds no private key, expected a PEM file");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("a.pem"), openssl.file("b.key"), null))
                .hasMessageContaining("does not belong to the private key in " + openssl.file("b.key"));
    }

    @Test
    void aDamagedCertificateIsRefused() throws Exception {
        Files.writeString(folder.resolve("bad.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        assertThatThrownBy(() -> CertificateFiles.read(openssl.file("bad.pem"), null, null))
                .hasMessageStartingWith(openssl.file("bad.pem") + ": certificate 1 cannot be read: ");
    }
}
