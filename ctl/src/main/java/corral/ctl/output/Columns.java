package corral.ctl.output;

import java.util.List;

/** Words in as few rows as a width allows, sorted downwards. */
public final class Columns {
    private static final int GAP = 2;

    private Columns() {}

    /** The rows, each with its end. */
    public static String of(List<String> words, int width) {
        int rows = 1;
        while (rows < words.size() && width(words, rows) > width) {
            rows++;
        }
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows && row < words.size(); row++) {
            for (int i = row; i < words.size(); i += rows) {
                boolean last = i + rows >= words.size();
                Padding.left(text, words.get(i), columnWidth(words, rows, i / rows) + (last ? 0 : GAP));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int width(List<String> words, int rows) {
        int width = -GAP;
        for (int column = 0; column * rows < words.size(); column++) {
            width += columnWidth(words, rows, column) + GAP;
        }
        return width;
    }

    private static int columnWidth(List<String> words, int rows, int column) {
        int width = 0;
        int end = Math.min(words.size(), (column + 1) * rows);
        for (int i = column * rows; i < end; i++) {
            width = Math.max(width, words.get(i).length());
        }
        return width;
    }
}
