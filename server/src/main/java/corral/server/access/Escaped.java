package corral.server.access;

import java.util.HexFormat;

/** Texts from outside in a line: whatever they hold, the line stays one line and its quotes stay pairs. */
final class Escaped {
    private static final HexFormat HEX = HexFormat.of();

    private Escaped() {}

    /** With {@code "} as {@code \"}, as gunicorn does, and controls as {@code \xNN}. */
    static void append(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                out.append("\\\"");
            } else if (c < ' ' || c == 127) {
                out.append("\\x").append(HEX.toHexDigits((byte) c));
            } else {
                out.append(c);
            }
        }
    }

    /** As a JSON string with its quotes; null as null. */
    static void json(StringBuilder out, String text) {
        if (text == null) {
            out.append("null");
            return;
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 127) {
                out.append("\\u00").append(HEX.toHexDigits((byte) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
