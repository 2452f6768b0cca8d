package corral.server.tls;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** OpenSSL's cipher lists (its manual page "ciphers"), for BoringSSL and for the JDK. TLS 1.3's suites are not theirs to choose. */
final class Ciphers {
    /** All that TLS 1.3 has here; leaving one out would need an OpenSSL that can do it. */
    static final List<String> TLS13 =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256");

    private Ciphers() {}

    /**
     * A list for BoringSSL, which reads it itself.
     *
     * @param unknown receives the names it does not know and therefore leaves out
     */
    static List<String> openSsl(String list, List<String> unknown) {
        List<String> ciphers = new ArrayList<>(TLS13);
        for (String token : tokens(list)) {
            if (TLS13.contains(token)) {
                continue;
            }
            if (Character.isLetterOrDigit(token.charAt(0))) {
                for (String part : token.split("\\+", -1)) {
                    if (!CipherWords.isKnown(part) && !OpenSsl.isCipherSuiteAvailable(part)) {
                        unknown.add(part);
                    }
                }
            }
            ciphers.add(token);
        }
        return ciphers;
    }

    /**
     * A list for the JDK.
     *
     * @param supported the JDK's suites, best first
     * @throws TlsException names what is not known
     */
    static List<String> jdk(String list, List<String> supported) throws TlsException {
        List<String> usable = new ArrayList<>(supported);
        usable.removeIf(suite -> !suite.contains("_WITH_") || suite.contains("_anon_") || suite.contains("_NULL_"));
        Set<String> chosen = new LinkedHashSet<>();
        Set<String> banned = new LinkedHashSet<>();
        for (String token : tokens(list)) {
            char first = token.charAt(0);
            if (first == '@' || TLS13.contains(token)) {
                continue;
            }
            String word = Character.isLetterOrDigit(first) ? token : token.substring(1);
            List<String> matched = matching(word, usable);
            if (first == '!' || first == '-') {
                chosen.removeAll(matched);
                banned.addAll(first == '!' ? matched : List.of());
            } else if (first == '+') {
                matched.retainAll(chosen);
                chosen.removeAll(matched);
                chosen.addAll(matched);
            } else {
                chosen.addAll(matched);
            }
            chosen.removeAll(banned);
        }
        if (chosen.isEmpty()) {
            throw new TlsException("ciphers: nothing of \"" + list + "\" can be used with the JDK's TLS");
        }
        List<String> suites = new ArrayList<>(TLS13);
        suites.retainAll(supported);
        suites.addAll(chosen);
        return suites;
    }

    private static List<String> matching(String word, List<String> usable) throws TlsException {
        List<String> matched = new ArrayList<>();
        String named = CipherSuiteConverter.toJava(word, "TLS");
        if (named != null || word.startsWith("TLS_")) {
            String suite = named == null ? word : named;
            if (usable.contains(suite)) {
                matched.add(suite);
            }
            return matched;
        }
        List<String> parts = List.of(word.split("\\+", -1));
        for (String part : parts) {
            if (!CipherWords.isKnown(part)) {
                throw new TlsException("ciphers: \"" + part + "\" is not known to the JDK's TLS, expected names of"
                        + " ciphers such as ECDHE-RSA-AES128-GCM-SHA256 or words such as ECDHE+AESGCM");
            }
        }
        for (String suite : usable) {
            if (parts.stream().allMatch(part -> CipherWords.matches(part, suite))) {
                matched.add(suite);
            }
        }
        return matched;
    }

    private static List<String> tokens(String list) {
        List<String> tokens = new ArrayList<>();
        for (String token : list.split("[:, ]", -1)) {
            if (!token.isEmpty()) {
                tokens.add(token);
            }
        }
        return tokens;
    }
}
