package corral.daemon;

import corral.daemon.config.Overrides;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of corrald.
 *
 * @param action what to do
 * @param configuration {@code -c}; empty for the search path
 * @param overrides options that win over the file
 * @param strict whether warnings count as errors for {@link Action#TEST}
 */
record Options(Action action, Optional<String> configuration, Overrides overrides, boolean strict) {

    /** What corrald was called for. */
    enum Action {
        RUN,
        TEST,
        HELP,
        VERSION
    }

    static Options of(Action action, Optional<String> configuration, Map<String, String> values, boolean strict) {
        return new Options(action, configuration, new Overrides(Map.copyOf(values)), strict);
    }
}
