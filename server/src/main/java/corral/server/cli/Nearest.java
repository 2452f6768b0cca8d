package corral.server.cli;

import java.util.Collection;
import java.util.List;

/** Known names that a misspelt one may have been. No state. */
final class Nearest {
    private static final int MOST = 3;
    private static final int LONG = 7;

    private Nearest() {}

    /** Names at a small edit distance for their length, sorted; at most three. */
    static List<String> to(String wrong, Collection<String> known) {
        return known.stream()
                .filter(name -> distance(wrong, name) <= (name.length() < LONG ? 1 : 2))
                .sorted()
                .limit(MOST)
                .toList();
    }

    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
