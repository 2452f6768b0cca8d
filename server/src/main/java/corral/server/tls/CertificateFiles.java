package corral.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads certificates and keys, and checks that they belong together. Blocks on files. */
final class CertificateFiles {
    private CertificateFiles() {}

    /**
     * A certificate with its key.
     *
     * @param keyfile null: the key is in certfile
     * @param password of an encrypted key, or null
     */
    static Identity read(String certfile, String keyfile, String password) throws TlsException {
        List<Pem.Block> blocks = blocks(certfile, "certificate");
        List<X509Certificate> chain = certificates(certfile, blocks);
        String keyFile = keyfile == null ? certfile : keyfile;
        PrivateKey key =
                PrivateKeys.first(keyFile, keyfile == null ? blocks : blocks(keyfile, "private key"), password);
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new TlsException(certfile + ": its first certificate, of "
                    + chain.get(0).getSubjectX500Principal() + ", does not belong to the private key in " + keyFile
                    + ", expected the server's own certificate first, then its chain");
        }
        return new Identity(key, chain);
    }

    /** The certificates of a file, at least one. */
    static List<X509Certificate> certificates(String file) throws TlsException {
        return certificates(file, blocks(file, "certificate"));
    }

    private static List<X509Certificate> certificates(String file, List<Pem.Block> blocks) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem.Block block : blocks) {
                if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new TlsException(
                    file + ": certificate " + (certificates.size() + 1) + " cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TlsException(file + ": holds no certificate, expected a PEM file with BEGIN CERTIFICATE");
        }
        return certificates;
    }

    private static List<Pem.Block> blocks(String file, String what) throws TlsException {
        try {
            return Pem.blocks(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new TlsException(file + ": there is no such file, expected a " + what + " in PEM", e);
        } catch (AccessDeniedException e) {
            throw new TlsException(file + ": may not be read, expected a " + what + " in PEM", e);
        } catch (IOException | InvalidPathException e) {
            throw new TlsException(
                    file + ": cannot be read: " + e.getMessage() + ", expected a " + what + " in PEM", e);
        }
    }

    /** Signs with one and verifies with the other; keys of algorithms that cannot sign do not belong to any certificate here. */
    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            byte[] text = "corral".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A certificate as PEM text. */
    static String pem(Certificate certificate) {
        try {
            return Pem.encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
