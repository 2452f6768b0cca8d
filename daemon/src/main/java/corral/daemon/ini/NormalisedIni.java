package corral.daemon.ini;

/**
 * The plain INI that any parser reads the same: one line per key, no comments, no continuations, escaped text, and the
 * line number in front of each name, as in {@code [3|program:web]} and {@code 4|command = /bin/web}. No state.
 */
public final class NormalisedIni {
    private static final char MARK = '|';

    private NormalisedIni() {}

    /**
     * A name of the normalised form, read back.
     *
     * @param line where it stood in the file, 1-based
     * @param text as it stood there
     */
    public record Name(int line, String text) {}

    /** Writes a file in normal form. */
    public static String write(IniText ini) {
        StringBuilder out = new StringBuilder(1024);
        for (IniText.Block block : ini.blocks()) {
            out.append('[').append(block.line()).append(MARK);
            escape(out, block.name());
            out.append("]\n");
            for (IniText.Entry entry : block.entries()) {
                out.append(entry.line()).append(MARK);
                escape(out, entry.key());
                out.append(" = ");
                escape(out, entry.value());
                out.append('\n');
            }
        }
        return out.toString();
    }

    /** Reads back the name of a section or key. */
    public static Name name(String written) {
        int mark = written.indexOf(MARK);
        return new Name(Integer.parseInt(written, 0, mark, 10), text(written.substring(mark + 1)));
    }

    /** Reads back a value. */
    public static String text(String written) {
        if (written.indexOf('\\') < 0) {
            return written;
        }
        StringBuilder out = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                out.append(c);
            } else if (written.charAt(i + 1) == '\\') {
                out.append('\\');
                i++;
            } else {
                out.append((char) Integer.parseInt(written, i + 1, i + 3, 16));
                i += 2;
            }
        }
        return out.toString();
    }

    /** Backslashes, control characters and blanks at the ends, which a parser would trim, become {@code \hh}. */
    private static void escape(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c < ' ' || (c == ' ' && (i == 0 || i == text.length() - 1))) {
                out.append('\\').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                out.append(c);
            }
        }
    }
}
