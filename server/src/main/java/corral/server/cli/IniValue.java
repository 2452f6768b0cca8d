package corral.server.cli;

import java.util.Map;

/**
 * Text as a value of Supervisor's INI dialect, such that the daemon reads back what went in. A blank before {@code ;} or
 * {@code #} would start a comment and blanks at the ends of a line are stripped, but expansions happen later: {@code
 * %(here)1.0s} is the text of {@code here} cut to nothing and padded to one blank. No state.
 */
final class IniValue {
    private static final String BLANK = "%(here)1.0s";
    private static final String NOTHING = "%(here).0s";

    private IniValue() {}

    /**
     * Escapes a value.
     *
     * @param key for the message
     * @throws RefusedException for characters that no line of the dialect can hold
     */
    static String escape(String key, String text) throws RefusedException {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                out.append("%%");
            } else if (c == '\n') {
                // The blank makes it a continuation, the rest keeps it from looking like a comment, a header or a key.
                out.append("\n ").append(NOTHING);
            } else if (c == '\r' || c == 0) {
                throw refused(key, c);
            } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                appendBlank(out, key, text, i);
            } else {
                out.append(c);
            }
        }
        if (out.length() > NOTHING.length() && text.endsWith("\n")) {
            out.append(NOTHING);
        }
        return out.toString();
    }

    private static void appendBlank(StringBuilder out, String key, String text, int at) throws RefusedException {
        char c = text.charAt(at);
        char before = at == 0 ? '\n' : text.charAt(at - 1);
        char after = at + 1 == text.length() ? '\n' : text.charAt(at + 1);
        boolean lost = before == '\n' || after == '\n' || after == ';' || after == '#';
        if (lost && c == ' ') {
            out.append(BLANK);
        } else if (lost) {
            throw refused(key, c);
        } else {
            out.append(c);
        }
    }

    /**
     * The value of {@code environment}: names and quoted values.
     *
     * @throws RefusedException for a value with both kinds of quotes or with quotes at its ends, which the dialect cannot hold
     */
    static String environment(Map<String, String> variables) throws RefusedException {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (!isName(name)) {
                throw new RefusedException(1, "corral: environment: '" + name + "' is not the name of a variable");
            }
            out.append(out.isEmpty() ? "" : ",").append(name).append('=').append(quoted(name, variable.getValue()));
        }
        return out.toString();
    }

    private static String quoted(String name, String value) throws RefusedException {
        boolean atEnds = !value.isEmpty() && (isQuote(value.charAt(0)) || isQuote(value.charAt(value.length() - 1)));
        char quote = value.indexOf('"') < 0 ? '"' : '\'';
        if (atEnds || value.indexOf(quote) >= 0) {
            throw new RefusedException(
                    1,
                    "corral: environment: the value of " + name
                            + " cannot be passed on, because of its quotes; export it in the shell instead");
        }
        return quote + value + quote;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c == '_' || c == '.' || c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
    }

    private static RefusedException refused(String key, char c) {
        return new RefusedException(1, "corral: " + key + ": a character with code " + (int) c + " cannot stand there");
    }
}
