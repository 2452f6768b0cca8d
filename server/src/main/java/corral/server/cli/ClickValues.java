package corral.server.cli;

import corral.server.cli.ClickOption.Kind;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns the text of options into values, as click's types do: from the command line, else from the variable UVICORN_NAME. A
 * value is a String, Long, Double, Boolean or a list of them; what nobody mentioned is missing.
 */
final class ClickValues {
    private static final String PREFIX = "UVICORN_";
    private static final Set<String> TRUE = Set.of("1", "true", "t", "yes", "y", "on");
    private static final Set<String> FALSE = Set.of("0", "false", "f", "no", "n", "off");
    /** A container that exports the version of its uvicorn does not ask for it. */
    private static final Set<String> NOT_FROM_ENVIRONMENT = Set.of("version", "help");

    private final String program;
    private final Surroundings around;

    ClickValues(String program, Surroundings around) {
        this.program = program;
        this.around = around;
    }

    /** All values by parameter; the application is {@code app}. The first error is that of the first option mentioned. */
    Map<String, Object> read(ClickParser.Parsed parsed) throws RefusedException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<ClickOption, List<String>> option : parsed.given().entrySet()) {
            values.put(option.getKey().name(), convert(option.getKey(), option.getValue()));
        }
        application(parsed.positional(), values);
        for (ClickOption option : UvicornOptions.TABLE) {
            if (!values.containsKey(option.name()) && !NOT_FROM_ENVIRONMENT.contains(option.name())) {
                fromEnvironment(option, values);
            }
        }
        if (parsed.positional().size() > 1) {
            List<String> extra =
                    parsed.positional().subList(1, parsed.positional().size());
            throw ClickParser.usage(
                    program,
                    "Got unexpected extra argument" + (extra.size() > 1 ? "s" : "") + " (" + String.join(" ", extra)
                            + ")");
        }
        return values;
    }

    private void application(List<String> positional, Map<String, Object> values) throws RefusedException {
        String app = positional.isEmpty() ? around.variable(PREFIX + "APP").orElse("") : positional.get(0);
        if (app.isEmpty() && positional.isEmpty()) {
            throw ClickParser.usage(program, "Missing argument 'APP'.");
        }
        values.put("app", app);
    }

    private void fromEnvironment(ClickOption option, Map<String, Object> values) throws RefusedException {
        String text =
                around.variable(PREFIX + option.name().toUpperCase(Locale.ROOT)).orElse("");
        if (text.isEmpty()) {
            return;
        }
        List<String> items = List.of(text);
        if (option.repeated()) {
            items = List.of(
                    option.kind() == Kind.PATH
                            ? text.split(":", -1)
                            : text.strip().split("\\s+"));
        }
        values.put(option.name(), convert(option, items));
    }

    private Object convert(ClickOption option, List<String> texts) throws RefusedException {
        List<Object> converted = new ArrayList<>();
        for (String text : texts) {
            converted.add(convert(option, text));
        }
        return option.repeated() ? List.copyOf(converted) : converted.get(0);
    }

    private Object convert(ClickOption option, String text) throws RefusedException {
        return switch (option.kind()) {
            case TEXT -> text;
            case INTEGER -> integer(option, text);
            case FLOAT -> real(option, text);
            case BOOLEAN, FLAG, SWITCH -> bool(option, text);
            case CHOICE -> choice(option, text, option.words().contains(text));
            case CHOICE_OR_IMPORT -> choice(option, text, option.words().contains(text) || text.indexOf(':') > 0);
            case PATH -> {
                if (!Files.exists(around.directory().resolve(text))) {
                    throw invalid(option, "Path '" + text + "' does not exist.");
                }
                yield text;
            }
        };
    }

    private Object integer(ClickOption option, String text) throws RefusedException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw invalid(option, "'" + text + "' is not a valid integer.");
        }
    }

    private Object real(ClickOption option, String text) throws RefusedException {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw invalid(option, "'" + text + "' is not a valid float.");
        }
    }

    private Object bool(ClickOption option, String text) throws RefusedException {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!TRUE.contains(word) && !FALSE.contains(word)) {
            throw invalid(option, "'" + text + "' is not a valid boolean.");
        }
        return TRUE.contains(word);
    }

    private Object choice(ClickOption option, String text, boolean known) throws RefusedException {
        if (!known) {
            throw invalid(option, "'" + text + "' is not one of '" + String.join("', '", option.words()) + "'.");
        }
        return text;
    }

    private RefusedException invalid(ClickOption option, String problem) {
        return ClickParser.usage(
                program, "Invalid value for '" + option.shown().replace(" / ", "' / '") + "': " + problem);
    }
}
