package corral.daemon.config;

import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The types of a server's options. What a process is given is text again, in one spelling: each type reads a value as the
 * arguments of its flag.
 */
final class ServerTypes {
    static final ValueType<List<String>> TEXT = new ValueType<>("any text", (text, host) -> List.of(text));

    static final ValueType<List<String>> BOOLEAN = new ValueType<>(
            Types.BOOLEAN.allowed(),
            (text, host) -> List.of(Types.BOOLEAN.read(text, host).toString()));

    static final ValueType<List<String>> LIST = new ValueType<>(
            "items separated by commas",
            (text, host) -> Types.LIST.read(text, host).stream()
                    .filter(item -> !item.isEmpty())
                    .toList());

    static final ValueType<List<String>> PATH =
            new ValueType<>("a path", (text, host) -> List.of(filled(host.expandUser(text))));

    static final ValueType<List<String>> APP = new ValueType<>(
            "module:attribute, as in main:app, or module:factory(arguments)", (text, host) -> List.of(app(text)));

    static final ValueType<List<String>> LOOP = new ValueType<>(
            "auto, asyncio, uvloop or module:factory",
            (text, host) -> List.of(
                    List.of("auto", "asyncio", "uvloop").contains(PyText.lower(text))
                            ? PyText.lower(text)
                            : app(text)));

    static final ValueType<List<String>> CERT_REQS =
            new ValueType<>("0 or none, 1 or optional, 2 or required", (text, host) -> List.of(certReqs(text)));

    static final ValueType<List<String>> EVENT_LOOPS = orAuto(integer(1, 64));

    /** Pairs of a header's name and its value. */
    static final ValueType<List<String>> HEADERS =
            new ValueType<>("NAME:VALUE, several separated by commas", (text, host) -> headers(text));

    static final ValueType<List<String>> SNI_CERTS =
            new ValueType<>("HOST=CERTFILE:KEYFILE, several separated by commas", (text, host) -> sniCerts(text, host));

    static final ValueType<Integer> WORKERS = new ValueType<>(
            "auto or a number from 0 to 1000",
            (text, host) -> PyText.lower(text).equals("auto")
                    ? 2 * Runtime.getRuntime().availableProcessors() + 1
                    : (int) whole(text, 0, 1000));

    private ServerTypes() {}

    /** One of several words, in lower case. */
    static ValueType<List<String>> choice(String... words) {
        List<String> known = List.of(words);
        return new ValueType<>(String.join(", ", known), (text, host) -> {
            String word = PyText.lower(text);
            if (!known.contains(word)) {
                throw new BadValueException(PyText.repr(text) + " is not one of the known words"
                        + Nearest.to(word, known)
                                .map(name -> ", did you mean " + name + "?")
                                .orElse(""));
            }
            return List.of(word);
        });
    }

    /** A whole number. */
    static ValueType<List<String>> integer(long least, long most) {
        return new ValueType<>(
                range("a whole number", least, most), (text, host) -> List.of(Long.toString(whole(text, least, most))));
    }

    /** The same for the daemon's own use. */
    static ValueType<Integer> number(int least, int most) {
        return new ValueType<>(range("a whole number", least, most), (text, host) -> (int) whole(text, least, most));
    }

    /** A number of bytes, with or without KB, MB, GB. */
    static ValueType<List<String>> bytes(long most) {
        return new ValueType<>(range(Types.BYTES.allowed(), 0, most), (text, host) -> {
            long bytes = Types.BYTES.read(text, host);
            return List.of(Long.toString(within(bytes, text, 0, most)));
        });
    }

    /** Seconds, fractions too. */
    static ValueType<List<String>> seconds(int least, int most) {
        return seconds(BigDecimal.valueOf(least), most);
    }

    /** Seconds from a fraction of one on. */
    static ValueType<List<String>> seconds(BigDecimal least, int most) {
        return new ValueType<>("seconds from " + least + " to " + most, (text, host) -> {
            try {
                BigDecimal seconds = new BigDecimal(PyText.strip(text));
                if (seconds.compareTo(least) < 0 || seconds.compareTo(BigDecimal.valueOf(most)) > 0) {
                    throw new BadValueException(text + " is out of range");
                }
                return List.of(seconds.toPlainString());
            } catch (NumberFormatException e) {
                throw new BadValueException(PyText.repr(text) + " is not a number");
            }
        });
    }

    private static ValueType<List<String>> orAuto(ValueType<List<String>> type) {
        return new ValueType<>(
                "auto or " + type.allowed(),
                (text, host) -> PyText.lower(text).equals("auto") ? List.of("auto") : type.read(text, host));
    }

    private static String range(String what, long least, long most) {
        return most == Integer.MAX_VALUE || most == Long.MAX_VALUE
                ? what + ", at least " + least
                : what + " from " + least + " to " + most;
    }

    private static long whole(String text, long least, long most) throws BadValueException {
        if (!PyInt.isInt(text)) {
            throw new BadValueException(PyText.repr(text) + " is not a whole number");
        }
        return within(PyInt.parse(text), text, least, most);
    }

    private static long within(long number, String text, long least, long most) throws BadValueException {
        if (number < least || number > most) {
            throw new BadValueException(text + " is out of range");
        }
        return number;
    }

    private static String filled(String text) throws BadValueException {
        if (text.isEmpty()) {
            throw new BadValueException("the path is empty");
        }
        return text;
    }

    /** Whether it can be loaded is for the worker to see, in the application's own Python. */
    private static String app(String text) throws BadValueException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new BadValueException(PyText.repr(text) + " names no attribute of a module");
        }
        String module = text.substring(0, colon);
        String attribute = text.substring(colon + 1);
        boolean good = !module.isEmpty() && !module.endsWith(".") && !attribute.isEmpty();
        for (int i = 0; i < module.length(); i++) {
            char c = module.charAt(i);
            boolean first = i == 0 || module.charAt(i - 1) == '.';
            good &= c == '.' ? !first : first ? Character.isUnicodeIdentifierStart(c) || c == '_' : isPart(c);
        }
        if (!good || !(Character.isUnicodeIdentifierStart(attribute.charAt(0)) || attribute.charAt(0) == '_')) {
            throw new BadValueException(PyText.repr(text) + " is not a module and its attribute");
        }
        return text;
    }

    private static boolean isPart(char c) {
        return Character.isUnicodeIdentifierPart(c) || c == '_' || c == '-';
    }

    private static String certReqs(String text) throws BadValueException {
        return switch (PyText.lower(text)) {
            case "0", "none" -> "0";
            case "1", "optional" -> "1";
            case "2", "required" -> "2";
            default -> throw new BadValueException(PyText.repr(text) + " is not one of the known words");
        };
    }

    private static List<String> sniCerts(String text, Host host) throws BadValueException {
        List<String> items = LIST.read(text, host);
        for (String item : items) {
            int equals = item.indexOf('=');
            if (equals < 1 || item.indexOf(':', equals) < 0) {
                throw new BadValueException(PyText.repr(item) + " does not name a host and two files");
            }
        }
        return items;
    }

    /** A comma that no name and colon follows is part of the value before it. */
    private static List<String> headers(String text) throws BadValueException {
        List<String> items = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (isNamed(PyText.strip(part))) {
                items.add(PyText.strip(part));
            } else if (items.isEmpty()) {
                throw new BadValueException(PyText.repr(part) + " has no name before a colon");
            } else {
                items.set(items.size() - 1, items.get(items.size() - 1) + "," + PyText.stripEnd(part));
            }
        }
        return List.copyOf(items);
    }

    /** RFC 9110 5.6.2: a name is a token. */
    private static boolean isNamed(String item) {
        int colon = item.indexOf(':');
        for (int i = 0; i < colon; i++) {
            char c = item.charAt(i);
            boolean letter = c < 128 && Character.isLetterOrDigit(c);
            if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return colon > 0;
    }
}
