package corral.server.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Private keys in PEM: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915), each also encrypted. */
final class PrivateKeys {
    private static final String RSA_OID = "1.2.840.113549.1.1.1";
    private static final String EC_OID = "1.2.840.10045.2.1";
    private static final byte[] VERSION = Der.of(Der.INTEGER, new byte[] {0});
    private static final byte[] RSA =
            Der.of(Der.SEQUENCE, Der.of(Der.OID, new byte[] {42, -122, 72, -122, -9, 13, 1, 1, 1}), Der.of(Der.NULL));
    private static final byte[] EC = Der.of(Der.OID, new byte[] {42, -122, 72, -50, 61, 2, 1});

    /** Tag of an ECPrivateKey's parameters, [0]. */
    private static final int PARAMETERS = 0xa0;

    private PrivateKeys() {}

    /**
     * The first private key of a file.
     *
     * @param file for messages
     * @param password null if there is none
     */
    static PrivateKey first(String file, List<Pem.Block> blocks, String password) throws TlsException {
        for (Pem.Block block : blocks) {
            if (block.label().endsWith("PRIVATE KEY")) {
                return read(file, block, blocks, password);
            }
        }
        throw new TlsException(file + ": holds no private key, expected a PEM file with BEGIN PRIVATE KEY,"
                + " BEGIN RSA PRIVATE KEY, BEGIN EC PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY");
    }

    private static PrivateKey read(String file, Pem.Block block, List<Pem.Block> all, String password)
            throws TlsException {
        boolean encrypted = block.dekInfo() != null || block.label().equals("ENCRYPTED PRIVATE KEY");
        if (encrypted && password == null) {
            throw new TlsException(file + ": the private key is encrypted, expected its password in keyfile_password");
        }
        try {
            byte[] der = block.der();
            if (block.dekInfo() != null) {
                der = EncryptedKeys.traditional(der, block.dekInfo(), password);
            }
            return switch (block.label()) {
                case "PRIVATE KEY" -> pkcs8(der);
                case "ENCRYPTED PRIVATE KEY" -> pkcs8(EncryptedKeys.pkcs8(der, password));
                case "RSA PRIVATE KEY" -> pkcs8(wrapped(RSA, der));
                case "EC PRIVATE KEY" -> pkcs8(wrapped(Der.of(Der.SEQUENCE, EC, curve(der, all)), der));
                default ->
                    throw new TlsException(file + ": a " + block.label()
                            + " cannot be used, expected an RSA or EC key, PKCS#1, SEC 1 or PKCS#8");
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            String why = encrypted ? " (is keyfile_password right?)" : "";
            throw new TlsException(file + ": the private key cannot be read: " + e.getMessage() + why, e);
        }
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return Der.of(Der.SEQUENCE, VERSION, algorithm, Der.of(Der.OCTET_STRING, key));
    }

    /** A SEC 1 key names its curve itself or in a block of its own before it. */
    private static byte[] curve(byte[] der, List<Pem.Block> all) {
        Der key = new Der(der).enter(Der.SEQUENCE);
        key.integer();
        key.contents(Der.OCTET_STRING);
        if (key.more() && key.tag() == PARAMETERS) {
            return key.enter(PARAMETERS).element();
        }
        for (Pem.Block block : all) {
            if (block.label().equals("EC PARAMETERS")) {
                return block.der();
            }
        }
        throw new IllegalArgumentException("the curve is missing");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        Der key = new Der(der).enter(Der.SEQUENCE);
        key.integer();
        String algorithm = key.enter(Der.SEQUENCE).oid();
        String name = switch (algorithm) {
            case RSA_OID -> "RSA";
            case EC_OID -> "EC";
            case "1.2.840.113549.1.1.10" -> "RSASSA-PSS";
            case "1.3.101.112", "1.3.101.113" -> "EdDSA";
            default -> throw new GeneralSecurityException("algorithm " + algorithm + " is not known");
        };
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
