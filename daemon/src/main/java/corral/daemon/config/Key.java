package corral.daemon.config;

import java.util.Optional;

/**
 * One option of a section.
 *
 * @param name as written, lower case
 * @param type how its value is read
 * @param fallback text that stands for a missing value; empty when missing means something else
 * @param help one line
 */
record Key<T>(String name, ValueType<T> type, Optional<String> fallback, String help) {

    /** An option with a default. */
    static <T> Key<T> of(String name, ValueType<T> type, String fallback, String help) {
        return new Key<>(name, type, Optional.of(fallback), help);
    }

    /** An option that may be absent, or must not be. */
    static <T> Key<T> of(String name, ValueType<T> type, String help) {
        return new Key<>(name, type, Optional.empty(), help);
    }
}
