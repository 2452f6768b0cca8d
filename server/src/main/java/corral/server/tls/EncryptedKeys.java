package corral.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Decrypts keys: PKCS#8 (RFC 5958, RFC 8018) and the way OpenSSL did it before. A wrong password is a GeneralSecurityException. */
final class EncryptedKeys {
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";

    private EncryptedKeys() {}

    /** A symmetric cipher as it is called in files and in Java. */
    private record Algorithm(String key, String transformation, int keyBytes) {}

    /** The PKCS#8 key inside an EncryptedPrivateKeyInfo. */
    static byte[] pkcs8(byte[] der, String password) throws GeneralSecurityException {
        Der info = new Der(der).enter(Der.SEQUENCE);
        Der algorithm = info.enter(Der.SEQUENCE);
        if (!algorithm.oid().equals(PBES2)) {
            return pbes1(der, password);
        }
        Der parameters = algorithm.enter(Der.SEQUENCE);
        Der derivation = parameters.enter(Der.SEQUENCE);
        String function = derivation.oid();
        if (!function.equals(PBKDF2)) {
            throw new GeneralSecurityException("key derivation " + function + " is not known, only PBKDF2 is");
        }
        Der encryption = parameters.enter(Der.SEQUENCE);
        Algorithm cipher = cipher(encryption.oid());
        byte[] iv = encryption.contents(Der.OCTET_STRING);
        byte[] key = pbkdf2(derivation.enter(Der.SEQUENCE), password, cipher.keyBytes());
        return decrypt(cipher, key, iv, info.contents(Der.OCTET_STRING));
    }

    private static byte[] pbkdf2(Der parameters, String password, int keyBytes) throws GeneralSecurityException {
        byte[] salt = parameters.contents(Der.OCTET_STRING);
        int iterations = parameters.integer();
        if (parameters.more() && parameters.tag() == Der.INTEGER) {
            parameters.integer();
        }
        String function =
                parameters.more() ? hmac(parameters.enter(Der.SEQUENCE).oid()) : "HmacSHA1";
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, keyBytes * 8);
        return SecretKeyFactory.getInstance("PBKDF2With" + function)
                .generateSecret(spec)
                .getEncoded();
    }

    private static String hmac(String oid) throws GeneralSecurityException {
        return switch (oid) {
            case "1.2.840.113549.2.7" -> "HmacSHA1";
            case "1.2.840.113549.2.8" -> "HmacSHA224";
            case "1.2.840.113549.2.9" -> "HmacSHA256";
            case "1.2.840.113549.2.10" -> "HmacSHA384";
            case "1.2.840.113549.2.11" -> "HmacSHA512";
            default -> throw new GeneralSecurityException("hash " + oid + " is not known");
        };
    }

    private static Algorithm cipher(String name) throws GeneralSecurityException {
        return switch (name) {
            case "2.16.840.1.101.3.4.1.2", "AES-128-CBC" -> new Algorithm("AES", "AES/CBC/PKCS5Padding", 16);
            case "2.16.840.1.101.3.4.1.22", "AES-192-CBC" -> new Algorithm("AES", "AES/CBC/PKCS5Padding", 24);
            case "2.16.840.1.101.3.4.1.42", "AES-256-CBC" -> new Algorithm("AES", "AES/CBC/PKCS5Padding", 32);
            case "1.2.840.113549.3.7", "DES-EDE3-CBC" -> new Algorithm("DESede", "DESede/CBC/PKCS5Padding", 24);
            default -> throw new GeneralSecurityException("cipher " + name + " is not known");
        };
    }

    private static byte[] decrypt(Algorithm algorithm, byte[] key, byte[] iv, byte[] data)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(algorithm.transformation());
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm.key()), new IvParameterSpec(iv));
        return cipher.doFinal(data);
    }

    /** The password-based schemes of PKCS#5 1.5 and PKCS#12, which the JDK knows by name. */
    private static byte[] pbes1(byte[] der, String password) throws GeneralSecurityException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            SecretKeyFactory factory = SecretKeyFactory.getInstance(info.getAlgName());
            Cipher cipher = Cipher.getInstance(info.getAlgName());
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    factory.generateSecret(new PBEKeySpec(password.toCharArray())),
                    info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /**
     * A key with {@code Proc-Type: 4,ENCRYPTED}.
     *
     * @param dekInfo name of the cipher, a comma, the initialisation vector in hexadecimal
     */
    static byte[] traditional(byte[] data, String dekInfo, String password) throws GeneralSecurityException {
        int comma = dekInfo.indexOf(',');
        if (comma < 0) {
            throw new GeneralSecurityException("DEK-Info has no initialisation vector");
        }
        Algorithm cipher = cipher(dekInfo.substring(0, comma).strip());
        byte[] iv = HexFormat.of().parseHex(dekInfo.substring(comma + 1).strip());
        return decrypt(cipher, bytesToKey(password, iv, cipher.keyBytes()), iv, data);
    }

    /** OpenSSL's EVP_BytesToKey with MD5, one round and the vector's first 8 bytes as salt. */
    private static byte[] bytesToKey(String password, byte[] iv, int length) throws GeneralSecurityException {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] key = new byte[length];
        byte[] last = {};
        for (int filled = 0; filled < length; filled += last.length) {
            md5.update(last);
            md5.update(password.getBytes(StandardCharsets.UTF_8));
            md5.update(Arrays.copyOf(iv, 8));
            last = md5.digest();
            System.arraycopy(last, 0, key, filled, Math.min(last.length, length - filled));
        }
        return key;
    }
}
