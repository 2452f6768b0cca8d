package corral.it.server;

import java.util.List;
import java.util.Set;

/** Which of corral's options a process of it takes, when a test starts front and workers itself. */
final class Settings {
    /** Those that only workers know. */
    private static final Set<String> WORKERS = Set.of(
            "--interface",
            "--factory",
            "--threads",
            "--loop",
            "--lifespan",
            "--log-config",
            "--reset-contextvars",
            "--shutdown-timeout",
            "--disconnect-grace",
            "--pythonpath",
            "--app-dir");

    /** Those that both know. */
    private static final Set<String> BOTH = Set.of("--personality", "--log-level", "--graceful-timeout");

    private Settings() {}

    static List<String> ofFront(List<String> options) {
        return options.stream()
                .filter(option -> !WORKERS.contains(name(option)))
                .toList();
    }

    static List<String> ofWorker(List<String> options) {
        return options.stream()
                .filter(option -> WORKERS.contains(name(option)) || BOTH.contains(name(option)))
                .toList();
    }

    private static String name(String option) {
        int at = option.indexOf('=');
        return at < 0 ? option : option.substring(0, at);
    }
}
