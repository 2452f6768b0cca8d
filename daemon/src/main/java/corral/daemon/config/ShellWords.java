package corral.daemon.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of an {@code environment=} value: Python's shlex without POSIX rules, with {@code /.+-():} as further word
 * characters (spec/supervisor.md 1.4). One instance per value.
 */
final class ShellWords {
    private static final String WORD_PUNCTUATION = "_/.+-():";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Integer> comments = new ArrayList<>();
    private int at;

    /**
     * One token.
     *
     * @param text with its quotes
     * @param start index of its first character
     * @param end index after its last
     */
    record Token(String text, int start, int end) {}

    ShellWords(String text) {
        this.text = text;
    }

    /** All tokens. */
    List<Token> tokens() throws BadValueException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isBlank(c)) {
                at++;
            } else if (c == '#') {
                skipComment();
            } else if (c == '"' || c == '\'') {
                quoted(c);
            } else if (isWord(c)) {
                word();
            } else {
                int end = at + Character.charCount(text.codePointAt(at));
                tokens.add(new Token(text.substring(at, end), at, end));
                at = end;
            }
        }
        return tokens;
    }

    /** Where a {@code #} hid the rest of a line although no blank stands before it. */
    List<Integer> comments() {
        return comments;
    }

    private void skipComment() {
        if (at > 0 && !isBlank(text.charAt(at - 1)) && text.charAt(at - 1) != ',') {
            comments.add(at);
        }
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
    }

    private void quoted(char quote) throws BadValueException {
        int close = text.indexOf(quote, at + 1);
        if (close < 0) {
            throw new BadValueException("No closing quotation");
        }
        tokens.add(new Token(text.substring(at, close + 1), at, close + 1));
        at = close + 1;
    }

    /** Quotes inside a word belong to it; a comment is cut out and the word goes on in the next line. */
    private void word() {
        StringBuilder word = new StringBuilder();
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipComment();
            } else if (isWord(c) || c == '"' || c == '\'') {
                word.append(c);
                at++;
            } else {
                break;
            }
        }
        tokens.add(new Token(word.toString(), start, at));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || WORD_PUNCTUATION.indexOf(c) >= 0;
    }
}
