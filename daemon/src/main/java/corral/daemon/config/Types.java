package corral.daemon.config;

import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The types of values that every section shares, with Supervisor's words for what is wrong (spec/supervisor.md 1.2). */
final class Types {
    static final ValueType<String> STRING = new ValueType<>("any text", (text, host) -> text);

    static final ValueType<Boolean> BOOLEAN = new ValueType<>(
            "true, yes, on, 1 or false, no, off, 0", (text, host) -> bool(text, "not a valid boolean value: "));

    static final ValueType<Integer> INT = new ValueType<>("a whole number", (text, host) -> clamp(integer(text)));

    /** {@link Integer#MAX_VALUE} for unlimited. */
    static final ValueType<Integer> RETRIES = new ValueType<>(
            "a whole number, or unlimited",
            (text, host) ->
                    PyText.lower(PyText.strip(text)).equals("unlimited") ? Integer.MAX_VALUE : clamp(integer(text)));

    static final ValueType<Long> BYTES =
            new ValueType<>("a whole number of bytes, or one followed by KB, MB or GB", (text, host) -> bytes(text));

    static final ValueType<Integer> OCTAL =
            new ValueType<>("an octal number such as 022", (text, host) -> clamp(octal(text)));

    static final ValueType<Set<Integer>> EXIT_CODES =
            new ValueType<>("numbers from 0 to 255 separated by commas", (text, host) -> exitCodes(text));

    static final ValueType<Autorestart> AUTORESTART =
            new ValueType<>("true, false or unexpected", (text, host) -> autorestart(text));

    static final ValueType<LogLevel> LOG_LEVEL =
            new ValueType<>("critical, error, warn, info, debug, trace or blather", (text, host) -> logLevel(text));

    static final ValueType<List<String>> LIST =
            new ValueType<>("names separated by commas", (text, host) -> list(text));

    static final ValueType<Path> DIRECTORY =
            new ValueType<>("a directory that exists", (text, host) -> directory(text, host));

    static final ValueType<Path> PATH = new ValueType<>("a path", (text, host) -> usable(text, host));

    static final ValueType<Path> SOCKET = new ValueType<>("a path", (text, host) -> usable(PyText.strip(text), host));

    static final ValueType<Path> FILE = new ValueType<>(
            "a path whose directory exists", (text, host) -> usable(inExistingDirectory(text, host), host));

    /** Empty for syslog. */
    static final ValueType<Optional<Path>> ACTIVITY_LOG = new ValueType<>(
            "a path whose directory exists, or syslog",
            (text, host) -> text.equals("syslog")
                    ? Optional.empty()
                    : Optional.of(usable(inExistingDirectory(text, host), host)));

    /** Empty for the deprecated SYSLOG. */
    static final ValueType<Optional<LogTarget>> CHILD_LOG =
            new ValueType<>("a path whose directory exists, AUTO or NONE", (text, host) -> childLog(text, host));

    static final ValueType<UserId> USER =
            new ValueType<>("a name or number in the password database", (text, host) -> Users.user(text, host));

    static final ValueType<Users.Owner> OWNER =
            new ValueType<>("user or user:group, names or numbers", (text, host) -> Users.owner(text, host));

    static final ValueType<Integer> SIGNAL =
            new ValueType<>("a signal such as TERM, SIGTERM or 15", (text, host) -> SignalNames.number(text));

    static final ValueType<HttpServerConfig.Address.Inet> INET = new ValueType<>(
            "PORT, :PORT, *:PORT or HOST:PORT with a port from 1 to 65535", (text, host) -> InetText.address(text));

    static final ValueType<EnvironmentText> ENVIRONMENT = new ValueType<>(
            "KEY=value pairs separated by commas, with quotes around values that have more than letters, digits and"
                    + " _/.+-():, as in A=1,B=\"x y\"",
            (text, host) -> EnvironmentText.read(text));

    private Types() {}

    /** The same type with the message that Supervisor has for a certain option. */
    static <T> ValueType<T> named(ValueType<T> type, String option) {
        return new ValueType<>(type.allowed(), (text, host) -> {
            try {
                return type.read(text, host);
            } catch (BadValueException e) {
                throw new BadValueException("Invalid " + option + " value " + text);
            }
        });
    }

    static long integer(String text) throws BadValueException {
        try {
            return PyInt.parse(text);
        } catch (NumberFormatException e) {
            throw new BadValueException(e.getMessage());
        }
    }

    static long octal(String text) throws BadValueException {
        try {
            return PyInt.parseOctal(text);
        } catch (NumberFormatException e) {
            throw new BadValueException(text + " can not be converted to an octal type");
        }
    }

    static int clamp(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    private static boolean bool(String text, String complaint) throws BadValueException {
        return switch (PyText.lower(text)) {
            case "yes", "true", "on", "1" -> true;
            case "no", "false", "off", "0" -> false;
            default -> throw new BadValueException(complaint + PyText.repr(text));
        };
    }

    private static long bytes(String text) throws BadValueException {
        String lower = PyText.lower(text);
        int shift = lower.endsWith("kb") ? 10 : lower.endsWith("mb") ? 20 : lower.endsWith("gb") ? 30 : 0;
        long number = integer(shift == 0 ? lower : lower.substring(0, lower.length() - 2));
        long limit = Long.MAX_VALUE >> shift;
        return number > limit ? Long.MAX_VALUE : number < -limit ? -Long.MAX_VALUE : number << shift;
    }

    private static Set<Integer> exitCodes(String text) throws BadValueException {
        Set<Integer> codes = new LinkedHashSet<>();
        for (String item : list(text)) {
            long code = PyInt.isInt(item) ? PyInt.parse(item) : -1;
            if (code < 0 || code > 255) {
                throw new BadValueException("not a valid list of exit codes: " + PyText.repr(text));
            }
            codes.add((int) code);
        }
        return Collections.unmodifiableSet(codes);
    }

    private static Autorestart autorestart(String text) throws BadValueException {
        String lower = PyText.lower(text);
        if (lower.equals("unexpected")) {
            return Autorestart.UNEXPECTED;
        }
        return bool(lower, "invalid 'autorestart' value ") ? Autorestart.ALWAYS : Autorestart.NEVER;
    }

    private static LogLevel logLevel(String text) throws BadValueException {
        return switch (PyText.lower(text)) {
            case "critical" -> LogLevel.CRITICAL;
            case "error" -> LogLevel.ERROR;
            case "warn" -> LogLevel.WARN;
            case "info" -> LogLevel.INFO;
            case "debug" -> LogLevel.DEBUG;
            case "trace" -> LogLevel.TRACE;
            case "blather" -> LogLevel.BLATHER;
            default -> throw new BadValueException("bad logging level name " + PyText.repr(text));
        };
    }

    private static List<String> list(String text) {
        List<String> items = new ArrayList<>();
        int at = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', at)) {
            items.add(PyText.strip(text.substring(at, comma)));
            at = comma + 1;
        }
        if (!text.isEmpty()) {
            items.add(PyText.strip(text.substring(at)));
        }
        return List.copyOf(items);
    }

    private static Path directory(String text, Host host) throws BadValueException {
        String expanded = host.expandUser(text);
        if (!host.isDirectory(expanded)) {
            throw new BadValueException(text + " is not an existing directory");
        }
        return usable(expanded, host);
    }

    private static Optional<LogTarget> childLog(String text, Host host) throws BadValueException {
        return switch (PyText.lower(text)) {
            case "auto" -> Optional.of(new LogTarget.Auto());
            case "none", "off" -> Optional.of(new LogTarget.None());
            case "syslog" -> Optional.empty();
            default -> Optional.of(new LogTarget.File(inExistingDirectory(text, host)));
        };
    }

    private static String inExistingDirectory(String text, Host host) throws BadValueException {
        String expanded = host.expandUser(text);
        int slash = expanded.lastIndexOf('/');
        if (slash >= 0 && !host.isDirectory(expanded.substring(0, slash + 1))) {
            throw new BadValueException("The directory named as part of the path " + text + " does not exist");
        }
        return expanded;
    }

    private static Path usable(String text, Host host) throws BadValueException {
        Optional<Path> path = host.absolute(host.expandUser(text));
        if (path.isEmpty()) {
            throw new BadValueException(PyText.repr(text) + " cannot be a path on this system");
        }
        return path.get();
    }
}
