package corral.daemon.ini;

import corral.daemon.ini.IniText.BadLine;
import corral.daemon.ini.IniText.Block;
import corral.daemon.ini.IniText.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads Supervisor's dialect line by line, exactly as Python's configparser does with inline comments on
 * (spec/supervisor.md 1.1). One instance reads one file, on one thread; it never fails, it reports.
 */
public final class Dialect {
    private static final char BOM = '\ufeff';

    private final String file;
    private final List<Block> blocks = new ArrayList<>();
    private final List<BadLine> badLines = new ArrayList<>();
    private final QuoteWatch quotes = new QuoteWatch();
    private String section = "";
    private List<Entry> entries = List.of();
    private String key = "";
    private int keyLine;
    private int indent;
    private List<String> value = List.of();

    private Dialect(String file) {
        this.file = file;
    }

    /**
     * Reads a file's bytes. A byte order mark is skipped, which Supervisor does not do.
     *
     * @param file name for messages
     * @throws UndecodableException if they are not UTF-8
     */
    public static IniText parse(String file, byte[] bytes) throws UndecodableException {
        return parse(file, Utf8.decode(bytes));
    }

    /** Whether a file starts with a byte order mark. */
    public static boolean hasByteOrderMark(byte[] bytes) {
        return bytes.length >= 3 && (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb && (bytes[2] & 0xff) == 0xbf;
    }

    /** Reads decoded text. */
    public static IniText parse(String file, String text) {
        return new Dialect(file).read(text);
    }

    private IniText read(String text) {
        int at = !text.isEmpty() && text.charAt(0) == BOM ? 1 : 0;
        int number = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            boolean terminated = end < text.length();
            String line = terminated ? text.substring(at, end).concat("\n") : text.substring(at, end);
            at = end + (text.startsWith("\r\n", end) ? 2 : 1);
            number++;
            if (!line(number, line)) {
                return result(Optional.of(new BadLine(number, line)));
            }
        }
        return result(Optional.empty());
    }

    private IniText result(Optional<BadLine> headless) {
        finishEntry();
        return new IniText(file, blocks, badLines, headless, quotes.suspicions());
    }

    /** False for a line before any header, at which configparser gives up. */
    private boolean line(int number, String line) {
        int comment = commentStart(line);
        String kept = PyText.strip(comment < 0 ? line : line.substring(0, comment));
        if (kept.isEmpty()) {
            if (comment < 0 && !key.isEmpty()) {
                value.add("");
            }
            return true;
        }
        int lineIndent = PyText.indent(line);
        if (!key.isEmpty() && lineIndent > indent) {
            value.add(kept);
            quotes.continued(number, line, comment);
            return true;
        }
        indent = lineIndent;
        int close = kept.lastIndexOf(']');
        if (kept.charAt(0) == '[' && close > 1) {
            header(number, kept.substring(1, close));
        } else if (blocks.isEmpty()) {
            return false;
        } else {
            option(number, line, kept, comment);
        }
        return true;
    }

    private void header(int number, String name) {
        finishEntry();
        section = name;
        entries = new ArrayList<>();
        blocks.add(new Block(name, number, entries));
    }

    private void option(int number, String line, String kept, int comment) {
        int delimiter = delimiter(kept);
        if (delimiter <= 0) {
            badLines.add(new BadLine(number, line));
            if (delimiter == 0) {
                finishEntry();
            }
            return;
        }
        finishEntry();
        key = PyText.lower(PyText.stripEnd(kept.substring(0, delimiter)));
        keyLine = number;
        value = new ArrayList<>(1);
        value.add(PyText.strip(kept.substring(delimiter + 1)));
        quotes.started(section, key);
        quotes.line(number, line, PyText.indent(line) + delimiter + 1, comment);
    }

    private void finishEntry() {
        if (!key.isEmpty()) {
            String joined = value.size() == 1 ? value.get(0) : PyText.stripEnd(String.join("\n", value));
            entries.add(new Entry(key, joined, keyLine));
            key = "";
        }
    }

    /** Index of the first {@code =} or {@code :}, or -1. */
    static int delimiter(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' || c == ':') {
                return i;
            }
        }
        return -1;
    }

    /**
     * Where a comment begins, or -1. configparser looks for the n-th {@code ;} and the n-th {@code #} in step and stops
     * at the first n that finds one, so {@code a#b#c #d ;e} is cut at the semicolon.
     */
    private static int commentStart(String line) {
        int first = PyText.indent(line);
        if (first < line.length() && (line.charAt(first) == ';' || line.charAt(first) == '#')) {
            return 0;
        }
        int semicolon = line.indexOf(';');
        int hash = line.indexOf('#');
        while (semicolon >= 0 || hash >= 0) {
            boolean atSemicolon = opensComment(line, semicolon);
            boolean atHash = opensComment(line, hash);
            if (atSemicolon && atHash) {
                return Math.min(semicolon, hash);
            }
            if (atSemicolon || atHash) {
                return atSemicolon ? semicolon : hash;
            }
            semicolon = semicolon < 0 ? -1 : line.indexOf(';', semicolon + 1);
            hash = hash < 0 ? -1 : line.indexOf('#', hash + 1);
        }
        return -1;
    }

    private static boolean opensComment(String line, int at) {
        return at == 0 || (at > 0 && PyText.isSpace(line.charAt(at - 1)));
    }
}
