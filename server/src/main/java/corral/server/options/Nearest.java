package corral.server.options;

import java.util.List;
import java.util.Optional;

/** Finds the known name that a person probably meant. No state, any thread. */
final class Nearest {

    private Nearest() {}

    /** The known name with the fewest edits, if they are few; else one that contains the unknown name as a word. */
    static Optional<String> to(String unknown, List<String> known) {
        String best = "";
        int fewest = Math.max(1, unknown.length() / 3) + 1;
        for (String name : known) {
            int edits = edits(unknown, name);
            if (edits < fewest && edits < name.length()) {
                fewest = edits;
                best = name;
            }
        }
        if (best.isEmpty() && unknown.length() > 3) {
            for (String name : known) {
                if (name.startsWith(unknown + "-") || name.endsWith("-" + unknown)) {
                    return Optional.of(name);
                }
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
    static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= to.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            for (int j = 1; j <= to.length(); j++) {
                int replace = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[from.length()][to.length()];
    }
}
