package corral.daemon.ini;

import corral.daemon.ini.IniText.Kind;
import corral.daemon.ini.IniText.Suspicion;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows the quotes of one value over its physical lines and notes what a person surely did not mean: a comment that
 * cuts a quoted text, an indented line that was to be a section or a key. One instance per file.
 */
final class QuoteWatch {
    private final List<Suspicion> suspicions = new ArrayList<>();
    private final List<Suspicion> cuts = new ArrayList<>();
    private String section = "";
    private String key = "";
    private char open;

    List<Suspicion> suspicions() {
        return suspicions;
    }

    void started(String section, String key) {
        this.section = section;
        this.key = key;
        open = 0;
        cuts.clear();
    }

    /** A further line of the value. */
    void continued(int number, String line, int comment) {
        line(number, line, 0, comment);
        String kept = PyText.strip(comment < 0 ? line : line.substring(0, comment));
        if (kept.charAt(0) == '[' && kept.charAt(kept.length() - 1) == ']') {
            suspicions.add(new Suspicion(Kind.HEADER_AS_CONTINUATION, number, section, key, kept));
            return;
        }
        int delimiter = Dialect.delimiter(kept);
        if (delimiter > 0) {
            String name = PyText.lower(PyText.stripEnd(kept.substring(0, delimiter)));
            if (isName(name)) {
                suspicions.add(new Suspicion(Kind.KEY_AS_CONTINUATION, number, section, key, name));
            }
        }
    }

    /**
     * A physical line of the value.
     *
     * @param from where the value begins in the line
     * @param comment where it was cut, negative for nowhere
     */
    void line(int number, String line, int from, int comment) {
        if (open != 0 && line.indexOf(open, from) >= 0) {
            suspicions.addAll(cuts);
            cuts.clear();
        }
        scan(line, from, comment < 0 ? line.length() : comment);
        if (comment >= 0 && open != 0) {
            Suspicion cut = new Suspicion(
                    Kind.COMMENT_IN_QUOTES, number, section, key, PyText.stripEnd(line.substring(comment)));
            (line.indexOf(open, comment) >= 0 ? suspicions : cuts).add(cut);
        }
    }

    private void scan(String line, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            if (c == '\\' && open != '\'') {
                i++;
            } else if (open == c) {
                open = 0;
            } else if (open == 0 && (c == '"' || c == '\'')) {
                open = c;
            }
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z') && c != '_') {
                return false;
            }
        }
        return true;
    }
}
