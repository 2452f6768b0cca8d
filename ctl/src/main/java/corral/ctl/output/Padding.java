package corral.ctl.output;

/** Columns of fixed width. */
public final class Padding {

    private Padding() {}

    /** Appends a text and fills it up to a width in code points; a longer text stays whole. */
    public static void left(StringBuilder line, String text, int width) {
        line.append(text);
        for (int i = text.codePointCount(0, text.length()); i < width; i++) {
            line.append(' ');
        }
    }
}
