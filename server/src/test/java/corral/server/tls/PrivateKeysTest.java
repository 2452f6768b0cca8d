package corral.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
    @TempDir
    static Path folder;

    private static OpenSslTool openssl;

    @BeforeAll
    static void makeKeys() throws Exception {
        openssl = new OpenSslTool(folder);
        openssl.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa");
        openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "ec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void plainKeysAreReadInBothForms(String name) throws Exception {
        PrivateKey expected = read(name, null);
        openssl.run("pkey", "-in", name, "-traditional", "-out", name + "-traditional");

        assertThat(expected.getAlgorithm()).isEqualToIgnoringCase(name);
        assertThat(Files.readString(folder.resolve(name + "-traditional")))
                .contains("BEGIN " + expected.getAlgorithm());
        assertSame(read(name + "-traditional", null), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"})
    void encryptedPkcs8IsRead(String cipher) throws Exception {
        for (String name : new String[] {"rsa", "ec"}) {
            openssl.run(
                    "pkcs8", "-topk8", "-v2", cipher, "-in", name, "-out", "encrypted", "-passout", "pass:s3cret ü");

            assertSame(read("encrypted", "s3cret ü"), read(name, null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hmacWithSHA1", "hmacWithSHA512"})
    void otherHashesOfTheKeyDerivationAreKnown(String hash) throws Exception {
        openssl.run(
                "pkcs8",
                "-topk8",
                "-v2",
                "aes-256-cbc",
                "-v2prf",
                hash,
                "-in",
                "ec",
                "-out",
                "encrypted",
                "-passout",
                "pass:x");

        assertSame(read("encrypted", "x"), read("ec", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBE-SHA1-3DES"})
    void oldPasswordSchemesAreRead(String scheme) throws Exception {
        openssl.run("pkcs8", "-topk8", "-v1", scheme, "-in", "ec", "-out", "encrypted", "-passout", "pass:x");

        assertSame(read("encrypted", "x"), read("ec", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128", "aes192", "aes256", "des3"})
    void traditionallyEncryptedKeysAreRead(String cipher) throws Exception {
        for (String name : new String[] {"rsa", "ec"}) {
            openssl.run(
                    "pkey", "-in", name, "-traditional", "-" + cipher, "-out", "encrypted", "-passout", "pass:s3cret");

            assertThat(Files.readString(folder.resolve("encrypted"))).contains("Proc-Type: 4,ENCRYPTED");
            assertSame(read("encrypted", "s3cret"), read(name, null));
        }
    }

    @Test
    void aMissingOrWrongPasswordIsNamed() throws Exception {
        openssl.run("pkcs8", "-topk8", "-in", "rsa", "-out", "encrypted", "-passout", "pass:right");

        assertThatThrownBy(() -> read("encrypted", null))
                .hasMessageContaining("encrypted: the private key is encrypted")
                .hasMessageContaining("keyfile_password");
        assertThatThrownBy(() -> read("encrypted", "wrong"))
                .hasMessageContaining("the private key cannot be read")
                .hasMessageContaining("is keyfile_password right?");
    }

    @Test
    void theCurveMayStandBeforeTheKey() throws Exception {
        openssl.run("ecparam", "-name", "prime256v1", "-genkey", "-out", "with-parameters");

        assertThat(read("with-parameters", null).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void damagedKeysAreRefusedAtEveryByte() throws Exception {
        String text = Files.readString(folder.resolve("ec"));
        for (int end = 0; end < text.length() - 27; end += 7) {
            Files.writeString(folder.resolve("cut"), text.substring(0, end) + "\n-----END PRIVATE KEY-----\n");

            assertThatThrownBy(() -> read("cut", null)).isInstanceOf(TlsException.class);
        }
    }

    /** Some forms of an EC key carry the public key too. */
    private static void assertSame(PrivateKey one, PrivateKey other) {
        if (one instanceof ECPrivateKey key) {
            assertThat(key.getS()).isEqualTo(((ECPrivateKey) other).getS());
        } else {
            assertThat(one).isEqualTo(other);
        }
    }

    private static PrivateKey read(String name, String password) throws Exception {
        String file = folder.resolve(name).toString();
        return PrivateKeys.first(file, Pem.blocks(Files.readString(folder.resolve(name))), password);
    }
}
