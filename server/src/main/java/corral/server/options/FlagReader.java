package corral.server.options;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of one command line, and everything that is wrong with them. Each option is read once. */
final class FlagReader {
    private final Map<String, List<String>> given = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    FlagReader(List<String> arguments) {
        List<String> known = new ArrayList<>();
        for (Flag<?> flag : FrontFlags.ALL) {
            known.add(flag.name());
        }
        for (String argument : arguments) {
            take(argument, known);
        }
    }

    private void take(String argument, List<String> known) {
        int equals = argument.indexOf('=');
        if (!argument.startsWith("--")) {
            problems.add("\"" + argument + "\": allowed are options of the form --name=value");
            return;
        }
        String name = argument.substring(2, equals < 0 ? argument.length() : equals);
        if (!known.contains(name)) {
            problems.add("--" + name + ": no such option"
                    + Nearest.to(name, known)
                            .map(near -> ", is --" + near + " meant?")
                            .orElse(""));
        } else if (equals < 0) {
            problems.add("--" + name + ": a value is missing, as in --" + name + "=value");
        } else {
            given.computeIfAbsent(name, key -> new ArrayList<>()).add(argument.substring(equals + 1));
        }
    }

    /** Whether an option was given. */
    boolean has(Flag<?> flag) {
        return given.containsKey(flag.name());
    }

    /** An option's value; its default if it was not given or is wrong; null if it has none. */
    <T> T read(Flag<T> flag) {
        return read(flag, flag.type());
    }

    /** As {@link #read(Flag)}, with a type that depends on other options. */
    <T> T read(Flag<T> flag, FlagType<T> type) {
        List<String> texts = given.get(flag.name());
        if (texts != null) {
            try {
                return type.read(texts);
            } catch (BadFlagException e) {
                problem(flag, "read \"" + e.getMessage() + "\", allowed: " + type.allowed());
            }
        }
        try {
            return type.read(List.of(flag.fallback()));
        } catch (BadFlagException e) {
            return null;
        }
    }

    /** An option's value as an int; its type keeps it in range. */
    int integer(Flag<Long> flag) {
        return Math.toIntExact(read(flag));
    }

    /** Adds a problem with an option. */
    void problem(Flag<?> flag, String what) {
        problems.add("--" + flag.name() + ": " + what);
    }

    /** What is wrong, in the order in which it was found. */
    List<String> problems() {
        return List.copyOf(problems);
    }
}
