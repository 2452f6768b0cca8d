package corral.daemon.ini;

import java.util.List;
import java.util.Optional;

/**
 * One file of Supervisor's dialect, read: what its lines say, not yet what they mean (spec/supervisor.md 1.1).
 *
 * @param file as it was given; messages repeat it
 * @param blocks section headers in the order of their lines, each with its keys; repeated sections are not merged
 * @param badLines lines that are neither header, key nor comment; the rest of the file was still read
 * @param headless the line before any header at which reading stopped
 * @param suspicions lines that Supervisor reads differently from what a person probably meant
 */
public record IniText(
        String file,
        List<Block> blocks,
        List<BadLine> badLines,
        Optional<BadLine> headless,
        List<Suspicion> suspicions) {

    /**
     * One section header and the keys below it.
     *
     * @param name text between the brackets, verbatim
     * @param line of the header, 1-based
     */
    public record Block(String name, int line, List<Entry> entries) {}

    /**
     * One key with its value, comments and continuations done.
     *
     * @param key lower case, not empty
     * @param value physical lines joined by LF; not expanded
     * @param line of the key, 1-based
     */
    public record Entry(String key, String value, int line) {}

    /**
     * A line that cannot be read.
     *
     * @param text the physical line with its LF, if it has one
     */
    public record BadLine(int line, String text) {}

    /**
     * A line that is read, but probably not as meant.
     *
     * @param section header text above it
     * @param key key that the line belongs to
     * @param text what was cut off, or the line taken as a continuation
     */
    public record Suspicion(Kind kind, int line, String section, String key, String text) {}

    /** What is suspicious. */
    public enum Kind {
        /** A comment was cut off inside an open quote. */
        COMMENT_IN_QUOTES,
        /** An indented line that looks like a section header continues the value above it. */
        HEADER_AS_CONTINUATION,
        /** An indented line that looks like {@code key=value} continues the value above it; text is that key. */
        KEY_AS_CONTINUATION
    }

    /** The message of the exception that stops Supervisor, if this file would (spec/supervisor.md 1.7). */
    public Optional<String> failure() {
        if (headless.isPresent()) {
            BadLine bad = headless.get();
            return Optional.of("File contains no section headers.\nfile: " + PyText.repr(file) + ", line: " + bad.line()
                    + "\n" + PyText.repr(bad.text()));
        }
        if (badLines.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder("Source contains parsing errors: ").append(PyText.repr(file));
        for (BadLine bad : badLines) {
            out.append("\n\t[line ").append(bad.line() < 10 ? " " : "").append(bad.line());
            out.append("]: ").append(PyText.repr(bad.text()));
        }
        return Optional.of(out.toString());
    }
}
