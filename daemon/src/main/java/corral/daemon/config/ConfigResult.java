package corral.daemon.config;

import java.util.List;
import java.util.Optional;

/**
 * What reading a configuration gave: a {@link Config} unless there are errors, and every problem found, not only the
 * first.
 */
public record ConfigResult(Optional<Config> config, List<Problem> problems) {

    /** The problems that keep the configuration from being used. */
    public List<Problem> errors() {
        return problems.stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .toList();
    }

    /** The problems that do not. */
    public List<Problem> warnings() {
        return problems.stream()
                .filter(p -> p.severity() == Problem.Severity.WARNING)
                .toList();
    }
}
