package corral.server.cli;

import corral.server.cli.ServeOption.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads arguments of {@code corral serve}: options anywhere, {@code --x=value} or {@code --x value}. One instance reads one line. */
final class ServeParser {
    private static final int USAGE = 2;
    private static final String SIZE = "[0-9]+([kKmMgG][bB])?";

    private final Map<String, ServeOption> byFlag = new HashMap<>();
    private final Map<ServeOption, List<String>> given = new LinkedHashMap<>();
    private final List<String> positional = new ArrayList<>();
    private boolean help;

    ServeParser() {
        ServeOptions.all().forEach(option -> byFlag.put(option.flag(), option));
    }

    /**
     * What a command line says.
     *
     * @param given checked texts in the order of their first mention; one each unless the option is a list
     * @param positional the other arguments
     */
    record Parsed(Map<ServeOption, List<String>> given, List<String> positional, boolean help) {}

    Parsed parse(List<String> arguments) throws RefusedException {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                positional.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            } else if (argument.equals("--help") || argument.equals("-h")) {
                help = true;
            } else if (argument.startsWith("-") && argument.length() > 1) {
                i += option(argument, arguments, i);
            } else {
                positional.add(argument);
            }
        }
        return new Parsed(given, positional, help);
    }

    private int option(String argument, List<String> arguments, int at) throws RefusedException {
        int equals = argument.indexOf('=');
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        ServeOption option = byFlag.get(flag);
        if (option == null) {
            return negation(flag, equals);
        }
        if (equals >= 0) {
            add(option, argument.substring(equals + 1));
        } else if (option.kind() == Kind.BOOLEAN) {
            add(option, "true");
        } else if (at + 1 == arguments.size()) {
            throw usage("option " + flag + " needs a value");
        } else {
            add(option, arguments.get(at + 1));
            return 1;
        }
        return 0;
    }

    private int negation(String flag, int equals) throws RefusedException {
        ServeOption option = flag.startsWith("--no-") ? byFlag.get("--" + flag.substring(5)) : null;
        if (option == null || option.kind() != Kind.BOOLEAN || equals >= 0) {
            List<String> near = Nearest.to(flag, byFlag.keySet());
            throw usage(
                    "no option " + flag + (near.isEmpty() ? "" : ", did you mean " + String.join(" or ", near) + "?"));
        }
        add(option, "false");
        return 0;
    }

    private void add(ServeOption option, String text) throws RefusedException {
        List<String> values = given.computeIfAbsent(option, key -> new ArrayList<>());
        if (!option.kind().isRepeated()) {
            values.clear();
        }
        values.add(checked(option, text));
    }

    private static String checked(ServeOption option, String text) throws RefusedException {
        boolean good = switch (option.kind()) {
            case BOOLEAN -> List.of("true", "false").contains(text.toLowerCase(Locale.ROOT));
            case INTEGER -> isNumber(option, text, true);
            case INTEGER_OR_AUTO -> text.equals("auto") || isNumber(option, text, true);
            case SECONDS -> isNumber(option, text, false);
            case SIZE -> text.matches(SIZE);
            case CHOICE -> option.words().contains(text);
            case PATH -> !text.isEmpty();
            case HEADERS -> text.indexOf(':') > 0;
            case VARIABLES -> text.indexOf('=') > 0;
            case TEXT, LOG, LIST, PATHS -> true;
        };
        if (!good) {
            throw usage("option " + option.flag() + ": '" + text + "' is not " + allowed(option));
        }
        return option.kind() == Kind.BOOLEAN ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static boolean isNumber(ServeOption option, String text, boolean whole) {
        try {
            double number = whole ? Long.parseLong(text) : Double.parseDouble(text);
            return number >= option.least() && number <= option.most();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String allowed(ServeOption option) {
        String range = option.most() == Integer.MAX_VALUE
                ? ", at least " + option.least()
                : " from " + option.least() + " to " + option.most();
        return switch (option.kind()) {
            case BOOLEAN -> "true or false";
            case INTEGER -> "a whole number" + range;
            case INTEGER_OR_AUTO -> "auto or a whole number" + range;
            case SECONDS -> "a number of seconds" + range;
            case SIZE -> "a number of bytes, or one followed by KB, MB or GB";
            case CHOICE -> "one of " + String.join(", ", option.words());
            case HEADERS -> "NAME:VALUE";
            case VARIABLES -> "KEY=VALUE";
            case TEXT, PATH, LOG, LIST, PATHS -> "a value";
        };
    }

    /** A mistake on the command line, status 2. */
    static RefusedException usage(String message) {
        return new RefusedException(
                USAGE,
                "usage: corral serve APP [OPTIONS]\ncorral serve: error: " + message + "; see corral serve --help");
    }
}
