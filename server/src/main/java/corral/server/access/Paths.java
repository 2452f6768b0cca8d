package corral.server.access;

import java.nio.charset.StandardCharsets;

/** Paths of targets, decoded and quoted again. */
final class Paths {
    private static final String HEX = "0123456789ABCDEF";

    private Paths() {}

    /** Percent-decoded bytes in ISO 8859-1, as in PEP 3333's PATH_INFO; what is no escape stays. */
    static String decoded(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            int high = c == '%' && i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
            if (low >= 0) {
                out.append((char) (high << 4 | low));
                i += 2;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** As Python's quote() writes the path of an ASGI scope: that path is UTF-8 with U+FFFD for what is none. */
    static void appendQuoted(StringBuilder out, String raw) {
        boolean plain = true;
        for (int i = 0; plain && i < raw.length(); i++) {
            plain = isSafe(raw.charAt(i));
        }
        if (plain) {
            out.append(raw);
            return;
        }
        for (byte b : utf8(decoded(raw)).getBytes(StandardCharsets.UTF_8)) {
            if (isSafe((char) (b & 0xff))) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
    }

    /** The text whose UTF-8 these ISO 8859-1 characters are. */
    static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static boolean isSafe(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '/'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
