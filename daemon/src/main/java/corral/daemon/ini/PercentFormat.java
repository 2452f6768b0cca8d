package corral.daemon.ini;

/**
 * Python's {@code format % mapping} for one format: {@code %(name)} with flags, width, precision and conversion
 * (spec/supervisor.md 1.3). One instance per call.
 */
final class PercentFormat {
    /** Wider results are refused: nobody means them, and they would only eat memory. */
    private static final int MAX_WIDTH = 1_000_000;

    private final String format;
    private final Names names;
    private final StringBuilder out = new StringBuilder();
    private int at;
    /** What the next conversion takes: the mapping itself at first, then the value of the last key, then nothing. */
    private Object argument;

    /** A key is not among the names. */
    static final class UnknownNameException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String name;

        UnknownNameException(String name) {
            super(name, null, false, false);
            this.name = name;
        }

        String name() {
            return name;
        }
    }

    /** The format is not one. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * One conversion, read.
     *
     * @param width least characters, 0 for any
     * @param precision -1 for none
     */
    record Spec(boolean left, boolean plus, boolean space, boolean alternate, boolean zero, int width, int precision) {}

    PercentFormat(String format, Names names) {
        this.format = format;
        this.names = names;
        this.argument = names;
    }

    String format() throws UnknownNameException, SyntaxException {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            if (at == format.length()) {
                throw incomplete();
            }
            if (format.charAt(at) == '%') {
                out.append('%');
                at++;
                continue;
            }
            if (format.charAt(at) == '(') {
                String name = name();
                argument = names.get(name);
                if (argument == null) {
                    throw new UnknownNameException(name);
                }
            }
            conversion();
        }
        return out.toString();
    }

    private String name() throws SyntaxException {
        int start = ++at;
        int depth = 1;
        while (at < format.length()) {
            char c = format.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return format.substring(start, at - 1);
            }
        }
        throw new SyntaxException("incomplete format key");
    }

    private void conversion() throws SyntaxException {
        int flags = at;
        while (at < format.length() && "-+ #0".indexOf(format.charAt(at)) >= 0) {
            at++;
        }
        String given = format.substring(flags, at);
        boolean left = given.indexOf('-') >= 0;
        int width = 0;
        if (at < format.length() && format.charAt(at) == '*') {
            width = star();
            left |= width < 0;
            width = Math.abs(width);
        } else {
            width = number("width too big");
        }
        int precision = -1;
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            boolean star = at < format.length() && format.charAt(at) == '*';
            precision = star ? Math.max(0, star()) : number("precision too big");
        }
        if (at < format.length() && "hlL".indexOf(format.charAt(at)) >= 0) {
            at++;
        }
        if (at == format.length()) {
            throw incomplete();
        }
        Spec spec = new Spec(
                left,
                given.indexOf('+') >= 0,
                given.indexOf(' ') >= 0,
                given.indexOf('#') >= 0,
                given.indexOf('0') >= 0,
                width,
                precision);
        convert(spec);
    }

    private int number(String tooBig) throws SyntaxException {
        int value = 0;
        while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
            value = value * 10 + format.charAt(at++) - '0';
            if (value > MAX_WIDTH) {
                throw new SyntaxException(tooBig);
            }
        }
        return value;
    }

    private int star() throws SyntaxException {
        at++;
        if (take() instanceof Integer number) {
            return number;
        }
        throw new SyntaxException("* wants int");
    }

    private Object take() throws SyntaxException {
        if (argument == null) {
            throw new SyntaxException("not enough arguments for format string");
        }
        Object taken = argument;
        argument = null;
        return taken;
    }

    private void convert(Spec spec) throws SyntaxException {
        int index = format.codePointCount(0, at);
        int conversion = format.codePointAt(at);
        at += Character.charCount(conversion);
        Object value = take();
        switch (conversion) {
            case 's', 'r', 'a' -> Pad.text(out, spec, text(value, conversion));
            case 'd', 'i', 'u', 'o', 'x', 'X' -> Pad.number(out, spec, integer(value, (char) conversion), conversion);
            case 'e', 'E', 'f', 'F', 'g', 'G' -> {
                if (!(value instanceof Integer number)) {
                    throw new SyntaxException("must be real number, not " + type(value));
                }
                Pad.real(out, spec, number, (char) conversion);
            }
            case 'c' -> Pad.text(out, spec, character(value));
            default ->
                throw new SyntaxException("unsupported format character '"
                        + (conversion >= 31 && conversion <= 126 ? (char) conversion : '?') + "' (0x"
                        + Integer.toHexString(conversion) + ") at index " + index);
        }
    }

    private static String text(Object value, int conversion) {
        if (value instanceof String text && conversion != 's') {
            return conversion == 'r' ? PyText.repr(text) : PyText.ascii(text);
        }
        return value instanceof Names all ? mapping(all) : value.toString();
    }

    /** What a bare {@code %s} gives in Python: the whole mapping. */
    private static String mapping(Names all) {
        StringBuilder text = new StringBuilder("{");
        for (String name : all.sorted()) {
            Object value = all.get(name);
            text.append(text.length() > 1 ? ", " : "").append(PyText.repr(name)).append(": ");
            text.append(value instanceof String s ? PyText.repr(s) : value.toString());
        }
        return text.append('}').toString();
    }

    private static int integer(Object value, char conversion) throws SyntaxException {
        if (value instanceof Integer number) {
            return number;
        }
        boolean real = conversion == 'd' || conversion == 'i' || conversion == 'u';
        throw new SyntaxException("%" + conversion + " format: "
                + (real ? "a real number is required" : "an integer is required") + ", not " + type(value));
    }

    private static String character(Object value) throws SyntaxException {
        if (value instanceof Integer number) {
            if (number < 0 || number > Character.MAX_CODE_POINT) {
                throw new SyntaxException('%' + "c arg not in range(0x110000)");
            }
            return Character.toString(number);
        }
        if (value instanceof String text && text.codePointCount(0, text.length()) == 1) {
            return text;
        }
        throw new SyntaxException('%' + "c requires int or char");
    }

    private static String type(Object value) {
        return value instanceof Names ? "dict" : value instanceof String ? "str" : "int";
    }

    private static SyntaxException incomplete() {
        return new SyntaxException("incomplete format");
    }
}
