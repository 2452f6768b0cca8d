package corral.daemon.ini;

/**
 * Whole numbers as Python's {@code int()} reads them: blanks around, a sign, leading zeros, single underscores between
 * digits, digits of any script. Numbers that a long cannot hold come out as the nearest long. No state, any thread.
 */
public final class PyInt {

    private PyInt() {}

    /**
     * Reads a number to base 10.
     *
     * @throws NumberFormatException with Python's message
     */
    public static long parse(String text) {
        Long value = read(text, 10);
        if (value == null) {
            throw new NumberFormatException("invalid literal for int() with base 10: " + PyText.repr(text));
        }
        return value;
    }

    /**
     * Reads a number to base 8, with or without {@code 0o} in front.
     *
     * @throws NumberFormatException if it is none
     */
    public static long parseOctal(String text) {
        Long value = read(text, 8);
        if (value == null) {
            throw new NumberFormatException("invalid literal for int() with base 8: " + PyText.repr(text));
        }
        return value;
    }

    /** Whether {@link #parse} would accept the text. */
    public static boolean isInt(String text) {
        return read(text, 10) != null;
    }

    private static Long read(String text, int base) {
        String digits = PyText.strip(text);
        int at = 0;
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            at++;
        }
        boolean digitBefore = false;
        if (base == 8 && (digits.startsWith("0o", at) || digits.startsWith("0O", at))) {
            at += 2;
            digitBefore = true;
        }
        if (at == digits.length()) {
            return null;
        }
        long value = 0;
        while (at < digits.length()) {
            int c = digits.codePointAt(at);
            at += Character.charCount(c);
            if (c == '_') {
                if (!digitBefore) {
                    return null;
                }
                digitBefore = false;
                continue;
            }
            int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
            if (digit < 0 || digit >= base) {
                return null;
            }
            digitBefore = true;
            value = value > (Long.MAX_VALUE - digit) / base ? Long.MAX_VALUE : value * base + digit;
        }
        if (!digitBefore) {
            return null;
        }
        return negative ? -value : value;
    }
}
