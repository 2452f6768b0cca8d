package corral.daemon.control;

import corral.daemon.config.HttpServerConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Basic authentication against one user (spec/supervisor.md 2.2, 4.1). Immutable, any thread. */
final class BasicAuth {
    private static final String SHA = "{SHA}";

    private final String username;
    private final String password;

    /** Credentials are required unless the configured user is absent or empty. */
    BasicAuth(HttpServerConfig config) {
        username = config.username().orElse("");
        password = config.password().orElse("");
    }

    /** Whether requests need credentials at all. */
    boolean isRequired() {
        return !username.isEmpty();
    }

    /**
     * Judges a request.
     *
     * @param header value of Authorization, null if there is none
     * @return 200 if it may pass, 401, or 400 for credentials that cannot be decoded
     */
    int check(String header) {
        if (!isRequired()) {
            return 200;
        }
        int blank = header == null ? -1 : header.indexOf(' ');
        if (blank < 0 || !header.substring(0, blank).equalsIgnoreCase("basic")) {
            return 401;
        }
        String credentials;
        try {
            byte[] decoded = Base64.getMimeDecoder().decode(header.substring(blank + 1));
            credentials = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return 400;
        }
        int colon = credentials.indexOf(':');
        if (colon < 0) {
            return 401;
        }
        boolean known = same(username, credentials.substring(0, colon));
        boolean right = samePassword(credentials.substring(colon + 1));
        return (known && right) ? 200 : 401;
    }

    private boolean samePassword(String given) {
        return password.startsWith(SHA) ? same(password.substring(SHA.length()), sha1(given)) : same(password, given);
    }

    private static boolean same(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha1(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
