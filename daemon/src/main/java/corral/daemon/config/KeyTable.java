package corral.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The options of one kind of section (spec/supervisor.md 2): parsing, suggestions for unknown keys and the texts of
 * errors come from here. Immutable.
 *
 * @param header how the section is written, as in {@code program:x}
 * @param keys in the order of the reference page
 */
record KeyTable(String header, List<Key<?>> keys) {

    /** A table of these options. */
    static KeyTable of(String header, Key<?>... keys) {
        return new KeyTable(header, List.of(keys));
    }

    /** This table's options and further ones, under another header. */
    KeyTable and(String otherHeader, Key<?>... more) {
        return and(otherHeader, List.of(more));
    }

    /** The same for a list. */
    KeyTable and(String otherHeader, List<Key<?>> more) {
        List<Key<?>> all = new ArrayList<>(keys);
        all.addAll(more);
        return new KeyTable(otherHeader, List.copyOf(all));
    }

    /** Whether an option is known. */
    boolean knows(String name) {
        for (Key<?> key : keys) {
            if (key.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The known option that an unknown name probably means. */
    Optional<String> nearest(String unknown) {
        List<String> names = new ArrayList<>();
        for (Key<?> key : keys) {
            names.add(key.name());
        }
        return Nearest.to(unknown, names);
    }
}
