package corral.daemon.config;

import java.util.Optional;

/**
 * Warns of sections and keys that nothing reads, with the nearest known name (spec/supervisor.md 1.1). In a section that
 * Supervisor does not know, where nobody relies on being ignored, such a key is an error.
 */
final class UnknownNames {

    private UnknownNames() {}

    /** Notes them all. */
    static void note(Reading reading) {
        for (RawSection section : reading.raw().sections()) {
            if (!Sections.isKnown(section.name())) {
                Optional<String> nearest = Sections.nearest(section.name());
                reading.problems()
                        .warning(
                                section.origin(),
                                section.name(),
                                "",
                                "unknown section is ignored" + suggestion(nearest.map(name -> "[" + name + "]")));
                continue;
            }
            Optional<KeyTable> table = Sections.table(section.name());
            for (RawValue value : section.values().values()) {
                boolean own = !value.section().equals(Sections.DEFAULTS);
                if (!own || table.isEmpty() || table.get().knows(value.key())) {
                    continue;
                }
                if (section.name().startsWith(Sections.SERVER)) {
                    refuse(reading, value, table.get());
                } else {
                    unknown(reading, value, table.get().nearest(value.key()));
                }
            }
        }
        for (RawValue value : reading.raw().defaults().values().values()) {
            defaults(reading, value);
        }
    }

    private static void defaults(Reading reading, RawValue value) {
        Optional<String> nearest = Optional.empty();
        for (KeyTable table : Sections.TABLES) {
            if (table.knows(value.key())) {
                return;
            }
            nearest = nearest.or(() -> table.nearest(value.key()));
        }
        unknown(reading, value, nearest);
    }

    private static void refuse(Reading reading, RawValue value, KeyTable table) {
        String hint = table.nearest(value.key())
                .map(name -> "did you mean " + name + "?")
                .orElse(
                        "allowed: the options of a server and those of a program, less command, numprocs and process_name");
        String message = "unknown key (read: " + value.key() + "=" + value.text() + "; " + hint + ")";
        reading.problems().error(value.origin(), value.section(), value.key(), message);
    }

    private static void unknown(Reading reading, RawValue value, Optional<String> nearest) {
        reading.problems()
                .warning(value.origin(), value.section(), value.key(), "unknown key is ignored" + suggestion(nearest));
    }

    private static String suggestion(Optional<String> nearest) {
        return nearest.map(name -> "; did you mean " + name + "?").orElse("");
    }
}
