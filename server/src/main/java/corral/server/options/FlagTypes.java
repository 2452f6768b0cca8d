package corral.server.options;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The simple types of options. */
final class FlagTypes {
    /** {@code true} or {@code false}. */
    static final FlagType<Boolean> BOOL = one("true or false", FlagTypes::bool);

    /** Any text; the empty one is null. */
    static final FlagType<String> TEXT = one("text", text -> Optional.of(text.strip()), "");

    private FlagTypes() {}

    private record One<T>(String allowed, Function<String, Optional<T>> parse, T none) implements FlagType<T> {
        @Override
        public T read(List<String> texts) throws BadFlagException {
            return value(texts.get(texts.size() - 1));
        }

        T value(String text) throws BadFlagException {
            Optional<T> value = parse.apply(text);
            if (value.isEmpty()) {
                throw new BadFlagException(text);
            }
            return value.get().equals(none) ? null : value.get();
        }
    }

    private record Many<T>(String allowed, boolean commas, Function<String, Optional<T>> parse)
            implements FlagType<List<T>> {
        @Override
        public List<T> read(List<String> texts) throws BadFlagException {
            List<T> values = new ArrayList<>();
            for (String text : texts) {
                for (String element : commas ? text.split(",", -1) : new String[] {text}) {
                    if (element.isBlank()) {
                        continue;
                    }
                    values.add(parse.apply(element.strip()).orElseThrow(() -> new BadFlagException(element)));
                }
            }
            return List.copyOf(values);
        }
    }

    /** A single value. */
    static <T> FlagType<T> one(String allowed, Function<String, Optional<T>> parse) {
        return new One<>(allowed, parse, null);
    }

    /** A single value; none is read as null. */
    static <T> FlagType<T> one(String allowed, Function<String, Optional<T>> parse, T none) {
        return new One<>(allowed, parse, none);
    }

    /** An option that is repeated for each element; empty elements are left out. */
    static <T> FlagType<List<T>> each(String allowed, Function<String, Optional<T>> parse) {
        return new Many<>(allowed, false, parse);
    }

    /** An option that is repeated, or holds several elements between commas. */
    static <T> FlagType<List<T>> commas(String allowed, Function<String, Optional<T>> parse) {
        return new Many<>(allowed, true, parse);
    }

    /** A whole number. */
    static FlagType<Long> whole(long least, long most) {
        String allowed = most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                ? "a number from " + least
                : "a number, " + least + "-" + most;
        return one(allowed, text -> number(text).filter(value -> value >= least && value <= most));
    }

    /** Seconds with or without decimals, read as milliseconds. */
    static FlagType<Long> seconds(long most) {
        return one("seconds, 0-" + most, text -> milliseconds(text, most));
    }

    /** The constants of an enum in lower case. */
    static <E extends Enum<E>> FlagType<E> word(Class<E> type) {
        StringBuilder allowed = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            allowed.append(allowed.isEmpty() ? "" : ", ").append(lower(constant.name()));
        }
        return one(allowed.toString(), text -> constant(type, text));
    }

    private static <E extends Enum<E>> Optional<E> constant(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (lower(constant.name()).equals(lower(text))) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    private static Optional<Boolean> bool(String text) {
        return switch (lower(text)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** A decimal number that fits a long. */
    static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> milliseconds(String text, long most) {
        try {
            BigDecimal seconds = new BigDecimal(text);
            // Checked before the conversion: 1e999999999 has very many digits.
            if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(most)) > 0) {
                return Optional.empty();
            }
            long milliseconds = Math.round(seconds.doubleValue() * 1000);
            // What is not zero must not become "never".
            return Optional.of(seconds.signum() > 0 ? Math.max(1, milliseconds) : 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
