package corral.server.cli;

/** Two columns of a help text. No state. */
final class Columns {
    private static final int LEFT = 36;
    private static final int WIDTH = 100;

    private Columns() {}

    /** Appends one row; a long left side has a line of its own, a long right side is wrapped at blanks. */
    static void row(StringBuilder out, String left, String right) {
        out.append("  ").append(left);
        int column = left.length() + 2;
        if (column > LEFT - 2) {
            out.append('\n');
            column = 0;
        }
        for (String word : right.split(" ", -1)) {
            if (column < LEFT) {
                out.append(" ".repeat(LEFT - column));
                column = LEFT;
            } else if (column + 1 + word.length() > WIDTH) {
                out.append('\n').append(" ".repeat(LEFT));
                column = LEFT;
            } else {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
        }
        out.append('\n');
    }
}
