package corral.server.tls;

import java.util.Set;

/** The words for groups of ciphers in OpenSSL's lists. */
final class CipherWords {
    /** Words whose ciphers no implementation here has. */
    private static final Set<String> EMPTY = Set.of(
            "NULL",
            "eNULL",
            "aNULL",
            "COMPLEMENTOFALL",
            "COMPLEMENTOFDEFAULT",
            "LOW",
            "MEDIUM",
            "EXP",
            "EXPORT",
            "EXPORT40",
            "EXPORT56",
            "MD5",
            "RC2",
            "RC4",
            "DES",
            "3DES",
            "IDEA",
            "SEED",
            "CAMELLIA",
            "CAMELLIA128",
            "CAMELLIA256",
            "ARIA",
            "ARIA128",
            "ARIA256",
            "ARIAGCM",
            "AESCCM",
            "AESCCM8",
            "PSK",
            "kPSK",
            "aPSK",
            "kDHEPSK",
            "kECDHEPSK",
            "kRSAPSK",
            "SRP",
            "kSRP",
            "aSRP",
            "DSS",
            "aDSS",
            "ADH",
            "AECDH",
            "kDHr",
            "kDHd",
            "aDH",
            "kECDHr",
            "kECDHe",
            "aECDH",
            "kGOST",
            "aGOST",
            "GOST94",
            "GOST89MAC",
            "SSLv2");

    private CipherWords() {}

    /** Whether a word is one of OpenSSL's. */
    static boolean isKnown(String word) {
        return switch (word) {
            case "ALL",
                    "DEFAULT",
                    "HIGH",
                    "FIPS",
                    "ECDHE",
                    "EECDH",
                    "kECDHE",
                    "kEECDH",
                    "ECDH",
                    "DHE",
                    "EDH",
                    "kDHE",
                    "kEDH",
                    "DH",
                    "kRSA",
                    "RSA",
                    "aRSA",
                    "ECDSA",
                    "aECDSA",
                    "AES",
                    "AES128",
                    "AES256",
                    "AESGCM",
                    "CHACHA20",
                    "SHA",
                    "SHA1",
                    "SHA256",
                    "SHA384",
                    "SSLv3",
                    "TLSv1",
                    "TLSv1.0",
                    "TLSv1.2" -> true;
            default -> EMPTY.contains(word);
        };
    }

    /** Whether a suite, by its IANA name, is in a word's group. */
    static boolean matches(String word, String suite) {
        return switch (word) {
            case "ALL", "DEFAULT", "HIGH", "FIPS" -> true;
            case "ECDHE", "EECDH", "kECDHE", "kEECDH", "ECDH" -> suite.startsWith("TLS_ECDHE_");
            case "DHE", "EDH", "kDHE", "kEDH", "DH" -> suite.startsWith("TLS_DHE_");
            case "kRSA" -> suite.startsWith("TLS_RSA_");
            case "RSA", "aRSA" -> suite.contains("_RSA_");
            case "ECDSA", "aECDSA" -> suite.contains("_ECDSA_");
            case "AES" -> suite.contains("_AES_");
            case "AES128" -> suite.contains("_AES_128_");
            case "AES256" -> suite.contains("_AES_256_");
            case "AESGCM" -> suite.contains("_AES_") && suite.contains("_GCM_");
            case "CHACHA20" -> suite.contains("_CHACHA20_");
            case "SHA256", "SHA384" -> suite.endsWith("_" + word);
            case "SHA", "SHA1", "SSLv3", "TLSv1", "TLSv1.0" -> suite.endsWith("_SHA");
            case "TLSv1.2" -> !suite.endsWith("_SHA");
            default -> false;
        };
    }
}
