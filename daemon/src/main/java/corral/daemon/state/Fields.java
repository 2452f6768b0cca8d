package corral.daemon.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Names and values as lines of text, {@code name=value}; dots in names make groups. What has no value has no line. One thread at a time. */
final class Fields {
    private final Map<String, String> values;
    private final String prefix;

    /** No fields. */
    Fields() {
        this(new LinkedHashMap<>(), "");
    }

    private Fields(Map<String, String> values, String prefix) {
        this.values = values;
        this.prefix = prefix;
    }

    /** Reads what {@link #text()} has written. */
    static Fields parse(String text) throws DamagedException {
        Fields fields = new Fields();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    throw new DamagedException("a line without '='");
                }
                fields.values.put(unescape(line.substring(0, equals)), unescape(line.substring(equals + 1)));
            }
        }
        return fields;
    }

    /** The lines. */
    String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            escape(name, text);
            text.append('=');
            escape(value, text);
            text.append('\n');
        });
        return text.toString();
    }

    /** The fields of a group. */
    Fields at(String name) {
        return new Fields(values, prefix + name + ".");
    }

    Fields put(String name, String value) {
        values.put(prefix + name, value);
        return this;
    }

    Fields put(String name, long value) {
        return put(name, Long.toString(value));
    }

    Fields put(String name, boolean value) {
        return put(name, value ? "yes" : "no");
    }

    Fields put(String name, Enum<?> value) {
        return put(name, value.name().toLowerCase(Locale.ROOT));
    }

    Fields put(String name, Optional<String> value) {
        value.ifPresent(text -> put(name, text));
        return this;
    }

    Fields put(String name, OptionalInt value) {
        value.ifPresent(number -> put(name, number));
        return this;
    }

    Fields put(String name, Collection<?> items) {
        put(name, items.size());
        int i = 0;
        for (Object item : items) {
            put(name + "." + i, item.toString());
            i++;
        }
        return this;
    }

    Fields put(String name, Map<String, String> items) {
        put(name, items.size());
        Fields group = at(name);
        items.forEach(group::put);
        return this;
    }

    boolean has(String name) {
        return values.containsKey(prefix + name);
    }

    String text(String name) throws DamagedException {
        String value = values.get(prefix + name);
        if (value == null) {
            throw new DamagedException("no " + prefix + name);
        }
        return value;
    }

    long number(String name) throws DamagedException {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            throw new DamagedException(prefix + name + "=" + text(name) + " is no number");
        }
    }

    int integer(String name) throws DamagedException {
        long number = number(name);
        if (number != (int) number) {
            throw new DamagedException(prefix + name + "=" + number + " is too large");
        }
        return (int) number;
    }

    boolean flag(String name) throws DamagedException {
        return switch (text(name)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new DamagedException(prefix + name + "=" + text(name) + " is neither yes nor no");
        };
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) throws DamagedException {
        try {
            return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new DamagedException(prefix + name + "=" + text(name) + " is none of them");
        }
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(values.get(prefix + name));
    }

    OptionalInt optionalInteger(String name) throws DamagedException {
        return has(name) ? OptionalInt.of(integer(name)) : OptionalInt.empty();
    }

    List<String> list(String name) throws DamagedException {
        List<String> items = new ArrayList<>();
        int size = integer(name);
        for (int i = 0; i < size; i++) {
            items.add(text(name + "." + i));
        }
        return items;
    }

    List<Integer> integers(String name) throws DamagedException {
        List<Integer> items = new ArrayList<>();
        int size = integer(name);
        for (int i = 0; i < size; i++) {
            items.add(integer(name + "." + i));
        }
        return items;
    }

    Map<String, String> map(String name) throws DamagedException {
        Map<String, String> items = new LinkedHashMap<>();
        String group = prefix + name + ".";
        values.forEach((key, value) -> {
            if (key.startsWith(group)) {
                items.put(key.substring(group.length()), value);
            }
        });
        if (items.size() != integer(name)) {
            throw new DamagedException(name + " has " + items.size() + " entries, not " + integer(name));
        }
        return items;
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '=' -> text.append("\\e");
                default -> text.append(c);
            }
        }
    }

    private static String unescape(String text) throws DamagedException {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder value = new StringBuilder(text.length());
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaped) {
                value.append(meaning(c));
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else {
                value.append(c);
            }
        }
        if (escaped) {
            throw new DamagedException("a backslash at the end");
        }
        return value.toString();
    }

    private static char meaning(char escaped) throws DamagedException {
        return switch (escaped) {
            case '\\' -> '\\';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'e' -> '=';
            default -> throw new DamagedException("a backslash without meaning");
        };
    }
}
