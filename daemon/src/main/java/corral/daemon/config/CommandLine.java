package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import java.util.Optional;

/** Options of {@code [supervisord]} from the command line: not expanded, told by their option when they are bad. */
final class CommandLine {
    private final Overrides overrides;
    private final Host host;

    CommandLine(Overrides overrides, Host host) {
        this.overrides = overrides;
        this.host = host;
    }

    /** Notes every bad value, which Supervisor does before it reads the file. */
    void check(Problems problems) {
        for (Key<?> key : DaemonKeys.TABLE.keys()) {
            if (!has(key)) {
                continue;
            }
            String given = overrides.values().get(key.name());
            try {
                key.type().read(given, host);
            } catch (BadValueException e) {
                String words = key.equals(DaemonKeys.USER)
                        ? e.getMessage()
                        : "invalid value for --" + key.name() + " '" + given + "': " + e.getMessage();
                String message = words + " (allowed: " + key.type().allowed() + ")";
                problems.add(new Problem(Severity.ERROR, Origin.COMMAND_LINE, "", key.name(), message, words));
            }
        }
    }

    /** Whether the option is given. */
    boolean has(Key<?> key) {
        return overrides.values().containsKey(key.name());
    }

    /** The value, when it is given and good. */
    <T> Optional<T> value(Key<T> key) {
        if (!has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(key.type().read(overrides.values().get(key.name()), host));
        } catch (BadValueException e) {
            return Optional.empty(); // already noted
        }
    }
}
