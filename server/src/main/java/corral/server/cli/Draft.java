package corral.server.cli;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server that a command line asks for, as it grows: keys of {@code [server:x]} in the order of their first mention, and
 * what concerns the daemon. The last value of a key counts. Main thread only.
 */
final class Draft {
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final String title;
    private String name = "web";
    private boolean detached;
    private Optional<Path> pidFile = Optional.empty();

    /**
     * A draft without keys.
     *
     * @param title the command, for the first line of the file
     */
    Draft(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Name of the section and so of the group; letters, digits and {@code _.-} only. */
    String name() {
        return name;
    }

    /** Keys with their text as the user meant it, not escaped. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Variables that the processes get beside those of the terminal. */
    Map<String, String> environment() {
        return Collections.unmodifiableMap(environment);
    }

    boolean detached() {
        return detached;
    }

    Optional<Path> pidFile() {
        return pidFile;
    }

    Draft set(String key, String value) {
        values.put(key, value);
        return this;
    }

    Draft set(String key, long value) {
        return set(key, Long.toString(value));
    }

    Draft set(String key, boolean value) {
        return set(key, Boolean.toString(value));
    }

    /**
     * Sets a list.
     *
     * @throws RefusedException when an item has a comma, which separates items in the file
     */
    Draft list(String key, List<String> items) throws RefusedException {
        for (String item : items) {
            if (item.indexOf(',') >= 0) {
                throw new RefusedException(
                        1, "corral: " + key + ": '" + item + "' cannot be an item of a list, because it has a comma");
            }
        }
        return set(key, String.join(",", items));
    }

    /**
     * Sets a list of {@code NAME:VALUE}. A comma is part of a value unless what follows it looks like the next name.
     *
     * @throws RefusedException when it does look so within a value
     */
    Draft headers(String key, List<String> items) throws RefusedException {
        for (String item : items) {
            for (int comma = item.indexOf(','); comma >= 0; comma = item.indexOf(',', comma + 1)) {
                if (isNamed(item.substring(comma + 1).strip())) {
                    throw new RefusedException(
                            1,
                            "corral: " + key + ": '" + item + "' would be read as two headers, because of '"
                                    + item.substring(comma) + "'");
                }
            }
        }
        return set(key, String.join(",", items));
    }

    /** RFC 9110 5.6.2: a name is a token. */
    private static boolean isNamed(String text) {
        int colon = text.indexOf(':');
        for (int i = 0; i < colon; i++) {
            char c = text.charAt(i);
            boolean letter = c < 128 && Character.isLetterOrDigit(c);
            if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return colon > 0;
    }

    Draft variable(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Draft name(String section) {
        name = section;
        return this;
    }

    /** The daemon leaves the terminal. */
    Draft detach() {
        detached = true;
        return this;
    }

    Draft pidFile(Path path) {
        pidFile = Optional.of(path);
        return this;
    }
}
