package corral.server.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads arguments as click does: options and arguments in any order, no abbreviations, {@code --} ends the options, a value
 * may look like an option. Values are still text. One instance reads one command line.
 */
final class ClickParser {
    private static final int USAGE = 2;

    private final Map<String, ClickOption> byFlag = new HashMap<>();
    private final Map<ClickOption, List<String>> given = new LinkedHashMap<>();
    private final List<String> positional = new ArrayList<>();
    private final String program;

    ClickParser(String program, List<ClickOption> table) {
        this.program = program;
        for (ClickOption option : table) {
            option.flags().forEach(flag -> byFlag.put(flag, option));
        }
    }

    /**
     * What the command line says.
     *
     * @param given options in the order of their first mention, each with its values
     * @param positional the other arguments
     */
    record Parsed(Map<ClickOption, List<String>> given, List<String> positional) {}

    Parsed parse(List<String> arguments) throws RefusedException {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                positional.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            } else if (argument.startsWith("--")) {
                i += option(argument, arguments, i);
            } else if (argument.length() > 1 && argument.charAt(0) == '-') {
                throw usage(program, "No such option: " + argument.substring(0, 2));
            } else {
                positional.add(argument);
            }
        }
        return new Parsed(given, positional);
    }

    /** Takes one option; returns how many further arguments it used. */
    private int option(String argument, List<String> arguments, int at) throws RefusedException {
        int equals = argument.indexOf('=');
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        ClickOption option = byFlag.get(flag);
        if (option == null) {
            throw usage(program, "No such option: " + flag + suggestion(flag));
        }
        if (!option.kind().takesValue()) {
            if (equals >= 0) {
                throw plain("Option '" + flag + "' does not take a value.");
            }
            add(option, Boolean.toString(option.flags().get(0).equals(flag)));
            return 0;
        }
        if (equals >= 0) {
            add(option, argument.substring(equals + 1));
            return 0;
        }
        if (at + 1 == arguments.size()) {
            throw plain("Option '" + flag + "' requires an argument.");
        }
        add(option, arguments.get(at + 1));
        return 1;
    }

    private void add(ClickOption option, String value) {
        List<String> values = given.computeIfAbsent(option, key -> new ArrayList<>());
        if (!option.repeated()) {
            values.clear();
        }
        values.add(value);
    }

    private String suggestion(String flag) {
        List<String> near = Nearest.to(flag, byFlag.keySet());
        if (near.isEmpty()) {
            return "";
        }
        return near.size() == 1
                ? " Did you mean " + near.get(0) + "?"
                : " (Possible options: " + String.join(", ", near) + ")";
    }

    /** For these two errors click shows no usage. */
    private static RefusedException plain(String message) {
        return new RefusedException(USAGE, "Error: " + message);
    }

    /** A usage error in click's shape, status 2. */
    static RefusedException usage(String program, String message) {
        return new RefusedException(
                USAGE,
                "Usage: " + program + " [OPTIONS] APP\nTry '" + program + " --help' for help.\n\nError: " + message);
    }
}
