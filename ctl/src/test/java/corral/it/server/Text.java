package corral.it.server;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The escapes of the case tables. */
final class Text {
    /** One character per byte. */
    static final Charset LATIN1 = StandardCharsets.ISO_8859_1;

    private Text() {}

    /** Bytes as text in ISO 8859-1: {@code \r \n \t \0 \\ \" \xNN}, and <code>{c*N}</code> for N times c. */
    static String unescape(String text) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at += escape(text, at + 1, result);
            } else if (c == '{') {
                at = repeat(text, at, result);
            } else {
                result.append(c);
                at++;
            }
        }
        return result.toString();
    }

    /** The other way round, for messages. */
    static String escape(String text) {
        StringBuilder result = new StringBuilder();
        text.chars().forEach(c -> {
            switch (c) {
                case '\r' -> result.append("\\r");
                case '\n' -> result.append("\\n");
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                default -> {
                    if (c < ' ' || c > '~') {
                        result.append(String.format(Locale.ROOT, "\\x%02x", c));
                    } else {
                        result.append((char) c);
                    }
                }
            }
        });
        return result.length() <= 400 ? result.toString() : result.substring(0, 400) + "...";
    }

    private static int escape(String text, int at, StringBuilder to) {
        char c = text.charAt(at);
        switch (c) {
            case 'r' -> to.append('\r');
            case 'n' -> to.append('\n');
            case 't' -> to.append('\t');
            case '0' -> to.append('\0');
            case 'x' -> {
                to.append((char) Integer.parseInt(text.substring(at + 1, at + 3), 16));
                return 4;
            }
            default -> to.append(c);
        }
        return 2;
    }

    private static int repeat(String text, int at, StringBuilder to) {
        int star = text.indexOf('*', at);
        int end = text.indexOf('}', at);
        String what = unescape(text.substring(at + 1, star));
        to.append(what.repeat(Integer.parseInt(text.substring(star + 1, end))));
        return end + 1;
    }
}
