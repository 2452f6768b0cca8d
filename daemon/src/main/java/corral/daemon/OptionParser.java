package corral.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * getopt as supervisord uses it: joined short options, {@code --name value}, {@code --name=value}, unambiguous prefixes of long
 * names. commons-cli knows no options that conflict with themselves and none of getopt's messages, which people's scripts show.
 */
final class OptionParser {

    /** One option: short letter or 0, long name, whether it takes a value. */
    private record Option(char letter, String name, boolean takesValue) {}

    private static final List<Option> OPTIONS = List.of(
            new Option('c', "configuration", true),
            new Option('n', "nodaemon", false),
            new Option('s', "silent", false),
            new Option('h', "help", false),
            new Option('?', "help", false),
            new Option('v', "version", false),
            new Option('t', "test", false),
            new Option((char) 0, "strict", false),
            new Option('u', "user", true),
            new Option('m', "umask", true),
            new Option('d', "directory", true),
            new Option('l', "logfile", true),
            new Option('y', "logfile_maxbytes", true),
            new Option('z', "logfile_backups", true),
            new Option('e', "loglevel", true),
            new Option('j', "pidfile", true),
            new Option('i', "identifier", true),
            new Option('q', "childlogdir", true),
            new Option('k', "nocleanup", false),
            new Option('a', "minfds", true),
            new Option((char) 0, "minprocs", true),
            new Option((char) 0, "strip_ansi", false),
            new Option((char) 0, "profile_options", true));

    private final Map<String, String> values = new HashMap<>();
    private final List<String> rest;

    private OptionParser(List<String> arguments) {
        this.rest = new ArrayList<>(arguments);
    }

    /** Parses arguments; errors are getopt's. */
    static Options parse(List<String> arguments) throws UsageException {
        return new OptionParser(arguments).parse();
    }

    private Options parse() throws UsageException {
        while (!rest.isEmpty()) {
            String argument = rest.remove(0);
            if (argument.equals("--")) {
                break;
            } else if (argument.startsWith("--")) {
                longOption(argument.substring(2));
            } else if (argument.startsWith("-") && argument.length() > 1) {
                shortOptions(argument.substring(1));
            } else {
                rest.add(0, argument);
                break;
            }
        }
        if (values.containsKey("help")) {
            return Options.of(Options.Action.HELP, Optional.empty(), Map.of(), false);
        }
        if (values.containsKey("version")) {
            return Options.of(Options.Action.VERSION, Optional.empty(), Map.of(), false);
        }
        if (!rest.isEmpty()) {
            throw new UsageException("positional arguments are not supported: " + quoted(rest));
        }
        return options();
    }

    private Options options() {
        Optional<String> configuration = Optional.ofNullable(values.remove("configuration"));
        boolean test = values.remove("test") != null;
        boolean strict = values.remove("strict") != null;
        // Python's profiler has no meaning here.
        values.remove("profile_options");
        return Options.of(test ? Options.Action.TEST : Options.Action.RUN, configuration, values, strict);
    }

    private void longOption(String text) throws UsageException {
        int equals = text.indexOf('=');
        String given = equals < 0 ? text : text.substring(0, equals);
        Option option = byName(given);
        if (!option.takesValue()) {
            if (equals >= 0) {
                throw new UsageException("option --" + option.name() + " must not have an argument");
            }
            store(option, "--" + option.name(), "true");
        } else if (equals >= 0) {
            store(option, "--" + option.name(), text.substring(equals + 1));
        } else if (rest.isEmpty()) {
            throw new UsageException("option --" + option.name() + " requires argument");
        } else {
            store(option, "--" + option.name(), rest.remove(0));
        }
    }

    private void shortOptions(String letters) throws UsageException {
        for (int i = 0; i < letters.length(); i++) {
            Option option = byLetter(letters.charAt(i));
            String shown = "-" + letters.charAt(i);
            if (!option.takesValue()) {
                store(option, shown, "true");
                continue;
            }
            String joined = letters.substring(i + 1);
            if (joined.isEmpty() && rest.isEmpty()) {
                throw new UsageException("option " + shown + " requires argument");
            }
            store(option, shown, joined.isEmpty() ? rest.remove(0) : joined);
            return;
        }
    }

    private void store(Option option, String shown, String value) throws UsageException {
        if (values.put(option.name(), value) != null && option.takesValue()) {
            throw new UsageException("conflicting command line option '" + shown + "'");
        }
    }

    private static Option byLetter(char letter) throws UsageException {
        for (Option option : OPTIONS) {
            if (option.letter() == letter) {
                return option;
            }
        }
        throw new UsageException("option -" + letter + " not recognized");
    }

    private static Option byName(String given) throws UsageException {
        List<Option> matching = new ArrayList<>();
        for (Option option : OPTIONS) {
            if (option.name().equals(given)) {
                return option;
            }
            if (option.name().startsWith(given)) {
                matching.add(option);
            }
        }
        if (matching.isEmpty()) {
            throw new UsageException("option --" + given + " not recognized");
        }
        if (matching.size() > 1) {
            throw new UsageException("option --" + given + " not a unique prefix");
        }
        return matching.get(0);
    }

    private static String quoted(List<String> words) {
        StringBuilder text = new StringBuilder("[");
        for (String word : words) {
            text.append(text.length() > 1 ? ", " : "").append('\'').append(word).append('\'');
        }
        return text.append(']').toString();
    }
}
