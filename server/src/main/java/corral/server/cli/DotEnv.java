package corral.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a file of environment variables in the grammar of python-dotenv: {@code export}, quotes, comments, values over several
 * lines, {@code ${NAME}} and {@code ${NAME:-default}}. A name without {@code =} sets nothing. One instance per file.
 */
final class DotEnv {
    private final String text;
    private final Map<String, String> existing;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int at;

    private DotEnv(String text, Map<String, String> existing) {
        this.text = text;
        this.existing = existing;
    }

    /**
     * The variables of the file that do not exist yet.
     *
     * @param existing environment, which wins over the file, also in expansions
     */
    static Map<String, String> read(String text, Map<String, String> existing) {
        DotEnv file = new DotEnv(text, existing);
        while (file.at < text.length()) {
            file.binding();
        }
        file.values.keySet().removeAll(existing.keySet());
        return file.values;
    }

    private void binding() {
        skipBlanks(true);
        if (at == text.length()) {
            return;
        }
        if (text.startsWith("export", at) && at + 6 < text.length() && isBlank(text.charAt(at + 6))) {
            at += 6;
            skipBlanks(false);
        }
        String name = name();
        skipBlanks(false);
        boolean bound = !name.isEmpty() && at < text.length() && text.charAt(at) == '=';
        if (bound) {
            at++;
            skipBlanks(false);
            values.put(name, expanded(value()));
        }
        toLineEnd();
    }

    private String name() {
        if (at < text.length() && text.charAt(at) == '\'') {
            int close = text.indexOf('\'', at + 1);
            if (close > 0) {
                String quoted = text.substring(at + 1, close);
                at = close + 1;
                return quoted;
            }
        }
        int start = at;
        while (at < text.length() && "=# \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String value() {
        char first = at < text.length() ? text.charAt(at) : '\n';
        if (first == '\'' || first == '"') {
            int close = close(first);
            if (close > 0) {
                String inner = text.substring(at + 1, close);
                at = close + 1;
                return first == '"'
                        ? unescaped(inner)
                        : inner.replace("\\'", "'").replace("\\\\", "\\");
            }
        }
        int start = at;
        while (at < text.length() && "\r\n".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '#' && (at == start || isBlank(text.charAt(at - 1)))) {
                break;
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    /** Where the quote at the current place ends, or -1. */
    private int close(char quote) {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i;
            }
        }
        return -1;
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = c == '\\' && i + 1 < text.length() ? "\\'\"abfnrtv".indexOf(text.charAt(i + 1)) : -1;
            if (escape >= 0) {
                out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(escape));
                i++;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private String expanded(String value) {
        StringBuilder out = new StringBuilder(value.length());
        int from = 0;
        for (int open = value.indexOf("${"); open >= 0; open = value.indexOf("${", from)) {
            int close = value.indexOf('}', open);
            if (close < 0) {
                break;
            }
            String inner = value.substring(open + 2, close);
            int dash = inner.indexOf(":-");
            String name = dash < 0 ? inner : inner.substring(0, dash);
            String otherwise = dash < 0 ? "" : inner.substring(dash + 2);
            out.append(value, from, open).append(existing.getOrDefault(name, values.getOrDefault(name, otherwise)));
            from = close + 1;
        }
        return out.append(value.substring(from)).toString();
    }

    private void skipBlanks(boolean lines) {
        while (at < text.length() && (isBlank(text.charAt(at)) || (lines && "\r\n".indexOf(text.charAt(at)) >= 0))) {
            at++;
        }
    }

    private void toLineEnd() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
