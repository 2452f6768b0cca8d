package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects every problem in the order in which Supervisor would meet them, so that the first error is the one it would
 * stop at. The same problem is kept once. One instance per reading.
 */
final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();

    void add(Problem problem) {
        found.add(problem);
    }

    void addAll(Problems others) {
        found.addAll(others.found);
    }

    void warning(Origin origin, String section, String key, String message) {
        add(new Problem(Severity.WARNING, origin, section, key, message, ""));
    }

    void error(Origin origin, String section, String key, String message) {
        add(new Problem(Severity.ERROR, origin, section, key, message));
    }

    boolean hasErrors() {
        for (Problem problem : found) {
            if (problem.severity() == Severity.ERROR) {
                return true;
            }
        }
        return false;
    }

    List<Problem> list() {
        // A section is read once for each of its processes; what is wrong with it is said once.
        return List.copyOf(new LinkedHashSet<>(found));
    }
}
