package corral.ctl;

import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line, taken apart as getopt does (spec/supervisor.md 5.1).
 *
 * <p>Read by hand: commons-cli accepts a repeated option and {@code -configuration}, strips the {@code =} of {@code -s=x},
 * and words its errors otherwise; and its classes cost more at start than these lines.
 *
 * @param options by their short letter, the empty text for one without a value
 * @param words what follows the options
 */
record Arguments(Map<Character, String> options, List<String> words) {
    private static final String SHORT_WITH_VALUE = "csupr";
    private static final String SHORT_PLAIN = "hi?";
    private static final List<String> LONG =
            List.of("configuration", "help", "history_file", "interactive", "password", "serverurl", "username");
    /** Letter of each long option, in the order of {@link #LONG}. */
    private static final String LONG_LETTERS = "chripsu";

    /** Takes a command line apart. */
    static Arguments parse(String[] args) throws UsageException {
        return new Parser(args).parse();
    }

    /** The value of an option. */
    Optional<String> value(char letter) {
        return Optional.ofNullable(options.get(letter));
    }

    /** Whether an option was given. */
    boolean has(char letter) {
        return options.containsKey(letter);
    }

    /** Reads one command line. */
    private static final class Parser {
        private final String[] args;
        private final Map<Character, String> options = new LinkedHashMap<>();
        private int next;

        Parser(String[] args) {
            this.args = args;
        }

        Arguments parse() throws UsageException {
            while (next < args.length) {
                String arg = args[next];
                if (arg.equals("--")) {
                    next++;
                    break;
                }
                if (arg.length() < 2 || arg.charAt(0) != '-') {
                    break;
                }
                next++;
                if (arg.charAt(1) == '-') {
                    longOption(arg.substring(2));
                } else {
                    shortOptions(arg);
                }
            }
            List<String> words = new ArrayList<>();
            while (next < args.length) {
                words.add(args[next++]);
            }
            return new Arguments(options, words);
        }

        private void shortOptions(String arg) throws UsageException {
            for (int i = 1; i < arg.length(); i++) {
                char letter = arg.charAt(i);
                if (SHORT_WITH_VALUE.indexOf(letter) >= 0) {
                    String value = i + 1 < arg.length() ? arg.substring(i + 1) : nextValue("-" + letter);
                    put(letter, "-" + letter, value);
                    return;
                }
                if (SHORT_PLAIN.indexOf(letter) < 0) {
                    throw new UsageException("option -" + letter + " not recognized");
                }
                put(letter == '?' ? 'h' : letter, "-" + letter, "");
            }
        }

        private void longOption(String arg) throws UsageException {
            int equals = arg.indexOf('=');
            int found = find(equals < 0 ? arg : arg.substring(0, equals));
            String name = "--" + LONG.get(found);
            char letter = LONG_LETTERS.charAt(found);
            if (SHORT_WITH_VALUE.indexOf(letter) >= 0) {
                put(letter, name, equals < 0 ? nextValue(name) : arg.substring(equals + 1));
            } else if (equals >= 0) {
                throw new UsageException("option " + name + " must not have an argument");
            } else {
                put(letter, name, "");
            }
        }

        private static int find(String prefix) throws UsageException {
            int found = -1;
            for (int i = 0; i < LONG.size(); i++) {
                String name = LONG.get(i);
                if (name.equals(prefix)) {
                    return i;
                }
                if (name.startsWith(prefix)) {
                    if (found >= 0) {
                        throw new UsageException("option --" + prefix + " not a unique prefix");
                    }
                    found = i;
                }
            }
            if (found < 0) {
                throw new UsageException("option --" + prefix + " not recognized");
            }
            return found;
        }

        private String nextValue(String option) throws UsageException {
            if (next == args.length) {
                throw new UsageException("option " + option + " requires argument");
            }
            return args[next++];
        }

        private void put(char letter, String option, String value) throws UsageException {
            if (letter == 's' && !isUrl(value)) {
                String quoted = PyText.repr(value);
                throw new UsageException(
                        "invalid value for " + option + " " + quoted + ": value " + quoted + " is not a URL");
            }
            if (options.containsKey(letter) && !options.containsKey('h')) {
                throw new UsageException("conflicting command line option " + PyText.repr(option));
            }
            options.put(letter, value);
        }

        private static boolean isUrl(String value) {
            int colon = value.indexOf(':');
            return colon > 0 && !value.substring(colon + 1).replace("/", "").isEmpty();
        }
    }
}
