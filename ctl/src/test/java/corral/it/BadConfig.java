package corral.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A configuration that is refused.
 *
 * @param text whole, with placeholders
 * @param place what corrald says about the place besides the words: a line, a section, a key
 * @param words Supervisor's own message, with placeholders
 */
record BadConfig(String name, String text, List<String> place, String words) {
    /** All cases of {@code it/bad-configs.txt}. */
    static List<BadConfig> all() {
        List<BadConfig> result = new ArrayList<>();
        for (String part : Script.resource("bad-configs.txt").split("(?m)^### ", -1)) {
            int config = part.indexOf('\n') + 1;
            int at = part.indexOf("@@@");
            if (at < 0) {
                continue;
            }
            int words = part.indexOf('\n', at) + 1;
            List<String> place = Arrays.stream(part.substring(at + 3, words).split(";", -1))
                    .map(String::trim)
                    .filter(word -> !word.isEmpty())
                    .toList();
            result.add(new BadConfig(
                    part.substring(0, config - 1),
                    part.substring(config, at),
                    place,
                    part.substring(words).replaceAll("\\n+$", "")));
        }
        return List.copyOf(result);
    }

    @Override
    public String toString() {
        return name;
    }
}
