package corral.daemon.ini;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The names that {@code %(name)s} may use in one place: text, or whole numbers for {@code process_num} and
 * {@code numprocs} (spec/supervisor.md 1.3). Immutable; each method gives a larger set.
 */
public final class Names {
    /** No name at all. */
    public static final Names NONE = new Names(null, Map.of());

    private final Names outer;
    private final Map<String, Object> own;

    private Names(Names outer, Map<String, Object> own) {
        this.outer = outer;
        this.own = own;
    }

    /** These names and {@code ENV_<key>} for each variable. */
    public Names withEnvironment(Map<String, String> variables) {
        if (variables.isEmpty()) {
            return this;
        }
        Map<String, Object> prefixed = new LinkedHashMap<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            prefixed.put("ENV_" + variable.getKey(), variable.getValue());
        }
        return new Names(this, prefixed);
    }

    /** These names and one more. */
    public Names with(String name, String value) {
        return new Names(this, Map.of(name, value));
    }

    /** These names and one more that is a number. */
    public Names with(String name, int value) {
        return new Names(this, Map.of(name, value));
    }

    /** A String or an Integer, or null when the name is not known. */
    Object get(String name) {
        for (Names level = this; level != null; level = level.outer) {
            Object value = level.own.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** All names, sorted. */
    public List<String> sorted() {
        TreeSet<String> names = new TreeSet<>();
        for (Names level = this; level != null; level = level.outer) {
            names.addAll(level.own.keySet());
        }
        return new ArrayList<>(names);
    }
}
