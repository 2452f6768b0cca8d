package corral.daemon.config;

import corral.daemon.config.ShellWords.Token;
import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@code environment=} value, read as Supervisor 4.2.5 reads it: KEY, {@code =}, VALUE and one token of any kind that
 * counts as the separator (spec/supervisor.md 1.4). What that swallows is noted.
 *
 * @param variables in the order of their first mention
 * @param warnings what was cut off and what was probably meant
 */
record EnvironmentText(Map<String, String> variables, List<String> warnings) {
    private static final int STRIDE = 4;

    static EnvironmentText read(String text) throws BadValueException {
        ShellWords words = new ShellWords(text);
        List<Token> tokens = words.tokens();
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i += STRIDE) {
            if (i + 2 >= tokens.size() || !tokens.get(i + 1).text().equals("=")) {
                throw new BadValueException("Unexpected end of key/value pairs in value '" + text + "'");
            }
            String key = tokens.get(i).text();
            String written = tokens.get(i + 2).text();
            String value = withoutQuotes(written);
            variables.put(key, value);
            if (i + 3 < tokens.size()) {
                swallowed(text, tokens.get(i + 2), tokens.get(i + 3), key, value, warnings);
            }
            oddities(key, written, value, warnings);
        }
        for (int comment : words.comments()) {
            warnings.add("everything from '#' on is ignored: " + PyText.repr(line(text, comment))
                    + "; put the value in quotes to keep it");
        }
        return new EnvironmentText(Collections.unmodifiableMap(variables), List.copyOf(warnings));
    }

    private static void swallowed(
            String text, Token value, Token separator, String key, String read, List<String> warnings) {
        if (separator.text().equals(",") || separator.text().equals(";")) {
            return;
        }
        int end = value.start();
        while (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != '\n') {
            end++;
        }
        String meant = PyText.strip(text.substring(value.start(), end));
        String quote = meant.indexOf('"') < 0 ? "\"" : "'";
        warnings.add(key + " is read as " + PyText.repr(read) + ", " + PyText.repr(separator.text())
                + " after it is taken as the separator and lost"
                + (meant.indexOf(quote.charAt(0)) < 0 ? "; probably meant: " + key + "=" + quote + meant + quote : ""));
    }

    private static void oddities(String key, String written, String value, List<String> warnings) {
        for (int i = 0; i < key.length(); i++) {
            if (!ShellWords.isWord(key.charAt(i))) {
                warnings.add("the name of the variable is read as " + PyText.repr(key));
                break;
            }
        }
        char first = written.charAt(0);
        boolean quoted = written.length() > 1 && (first == '"' || first == '\'');
        if (quoted && value.length() < written.length() - 2) {
            warnings.add(key + " is read as " + PyText.repr(value) + ": quotes at the ends of " + PyText.repr(written)
                    + " are lost");
        }
    }

    private static String withoutQuotes(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isQuote(text.charAt(start))) {
            start++;
        }
        while (end > start && isQuote(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static String line(String text, int from) {
        int end = text.indexOf('\n', from);
        return text.substring(from, end < 0 ? text.length() : end);
    }
}
