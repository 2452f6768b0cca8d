package corral.server.cli;

import java.util.ArrayList;
import java.util.List;

/** Splits text into arguments as a POSIX shell would, without expansions or comments. One instance per text. */
final class ShellWords {
    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String text) {
        this.text = text;
    }

    /**
     * The words.
     *
     * @throws IllegalArgumentException for an open quote or a backslash at the end
     */
    static List<String> split(String text) {
        return new ShellWords(text).words();
    }

    private List<String> words() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                end();
                continue;
            }
            inWord = true;
            switch (c) {
                case '\'' -> single();
                case '"' -> twofold();
                case '\\' -> word.append(next("No escaped character"));
                default -> word.append(c);
            }
        }
        end();
        return List.copyOf(words);
    }

    private void end() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void single() {
        for (char c = next("No closing quotation"); c != '\''; c = next("No closing quotation")) {
            word.append(c);
        }
    }

    private void twofold() {
        for (char c = next("No closing quotation"); c != '"'; c = next("No closing quotation")) {
            if (c == '\\') {
                char escaped = next("No closing quotation");
                if (escaped != '"' && escaped != '\\') {
                    word.append(c);
                }
                word.append(escaped);
            } else {
                word.append(c);
            }
        }
    }

    private char next(String complaint) {
        if (at == text.length()) {
            throw new IllegalArgumentException(complaint);
        }
        return text.charAt(at++);
    }
}
