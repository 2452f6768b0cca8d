package corral.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A format of gunicorn's: Python's {@code %} over atoms, taken apart once. */
final class AtomFormat implements LineFormat {
    /** gunicorn's default, which is the combined log format but for {@code 0} as the size of nothing. */
    static final String COMBINED = "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\"";

    private final Atom[] pieces;
    private final boolean wantsResponseHeaders;

    private AtomFormat(List<Atom> pieces, boolean wantsResponseHeaders) {
        this.pieces = pieces.toArray(Atom[]::new);
        this.wantsResponseHeaders = wantsResponseHeaders;
    }

    /**
     * Takes a format apart.
     *
     * @throws IllegalArgumentException says what cannot be understood, and where
     */
    static AtomFormat of(String format, LogClock clock) {
        return new Compiler(format, clock).compile();
    }

    @Override
    public void append(StringBuilder out, AccessEntry entry) {
        for (Atom piece : pieces) {
            piece.append(out, entry);
        }
    }

    @Override
    public boolean wantsResponseHeaders() {
        return wantsResponseHeaders;
    }

    private static final class Compiler {
        private final String format;
        private final LogClock clock;
        private final List<Atom> pieces = new ArrayList<>();
        private final StringBuilder literal = new StringBuilder();
        private boolean response;
        private int at;

        Compiler(String format, LogClock clock) {
            this.format = format;
            this.clock = clock;
        }

        AtomFormat compile() {
            while (at < format.length()) {
                char c = format.charAt(at);
                if (c != '%') {
                    literal.append(c);
                    at++;
                } else if (format.startsWith("%%", at)) {
                    literal.append('%');
                    at += 2;
                } else {
                    atom();
                }
            }
            endLiteral();
            return new AtomFormat(pieces, response);
        }

        private void endLiteral() {
            if (!literal.isEmpty()) {
                String text = literal.toString();
                pieces.add((out, entry) -> out.append(text));
                literal.setLength(0);
            }
        }

        private void atom() {
            int start = at;
            int close = format.startsWith("%(", at) ? format.indexOf(')', at) : -1;
            if (close < 0) {
                throw wrong(start, "a % that is neither %% nor %(atom)s");
            }
            String name = format.substring(at + 2, close);
            at = close + 1;
            boolean left = false;
            boolean zeros = false;
            for (; at < format.length() && "-0 +#".indexOf(format.charAt(at)) >= 0; at++) {
                left |= format.charAt(at) == '-';
                zeros |= format.charAt(at) == '0';
            }
            int width = number();
            int precision = -1;
            if (at < format.length() && format.charAt(at) == '.') {
                at++;
                precision = number();
            }
            char conversion = at < format.length() ? format.charAt(at) : ' ';
            if ("sdiu".indexOf(conversion) < 0) {
                throw wrong(start, "a conversion that is neither s nor d");
            }
            at++;
            endLiteral();
            response |= name.startsWith("{") && name.toLowerCase(Locale.ROOT).endsWith("}o");
            Atom atom = Atoms.named(name, clock);
            boolean plain = width == 0 && (precision < 0 || conversion != 's');
            pieces.add(
                    plain
                            ? atom
                            : new Padded(
                                    atom,
                                    left,
                                    zeros && !left && conversion != 's' ? '0' : ' ',
                                    width,
                                    conversion == 's' ? precision : -1));
        }

        private int number() {
            int value = 0;
            for (; at < format.length() && Character.isDigit(format.charAt(at)); at++) {
                value = Math.min(10_000, 10 * value + Character.digit(format.charAt(at), 10));
            }
            return value;
        }

        private IllegalArgumentException wrong(int position, String what) {
            return new IllegalArgumentException("access_log_format: " + what + " at \"" + format.substring(position)
                    + "\", allowed: text with %(h)s, %(r)s, %({Name}i)s…, or combined, uvicorn, json");
        }
    }

    private record Padded(Atom atom, boolean left, char fill, int width, int precision) implements Atom {
        @Override
        public void append(StringBuilder out, AccessEntry entry) {
            int start = out.length();
            atom.append(out, entry);
            if (precision >= 0 && out.length() - start > precision) {
                out.setLength(start + precision);
            }
            int missing = width - (out.length() - start);
            if (missing > 0) {
                String filling = String.valueOf(fill).repeat(missing);
                if (left) {
                    out.append(filling);
                } else {
                    out.insert(start, filling);
                }
            }
        }
    }
}
