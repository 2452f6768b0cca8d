package corral.daemon.ini;

import corral.daemon.ini.PercentFormat.Spec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Writes one converted value with its flags, width and precision. No state, any thread. */
final class Pad {

    private Pad() {}

    static void text(StringBuilder out, Spec spec, String text) {
        String shown = text;
        if (spec.precision() >= 0 && spec.precision() < text.codePointCount(0, text.length())) {
            shown = text.substring(0, text.offsetByCodePoints(0, spec.precision()));
        }
        fill(out, spec, "", shown, false);
    }

    /** A whole number as {@code d i u o x X}. */
    static void number(StringBuilder out, Spec spec, int value, int conversion) {
        long magnitude = Math.abs((long) value);
        String digits = switch (conversion) {
            case 'o' -> Long.toOctalString(magnitude);
            case 'x' -> Long.toHexString(magnitude);
            case 'X' -> Long.toHexString(magnitude).toUpperCase(Locale.ROOT);
            default -> Long.toString(magnitude);
        };
        digits = "0".repeat(Math.max(0, spec.precision() - digits.length())).concat(digits);
        boolean prefixed = spec.alternate() && (conversion == 'o' || conversion == 'x' || conversion == 'X');
        fill(out, spec, sign(spec, value) + (prefixed ? "0" + (char) conversion : ""), digits, true);
    }

    /** A whole number as {@code e E f F g G}. */
    static void real(StringBuilder out, Spec spec, int value, char conversion) {
        int precision = spec.precision() < 0 ? 6 : Math.min(spec.precision(), 1000);
        BigDecimal magnitude = BigDecimal.valueOf(Math.abs((long) value));
        String digits = switch (conversion) {
            case 'e', 'E' -> scientific(magnitude, precision);
            case 'f', 'F' -> magnitude.setScale(precision).toPlainString();
            default -> general(magnitude, Math.max(precision, 1), spec.alternate());
        };
        if (spec.alternate() && digits.indexOf('.') < 0) {
            int exponent = digits.indexOf('e');
            digits = exponent < 0
                    ? digits.concat(".")
                    : digits.substring(0, exponent) + "." + digits.substring(exponent);
        }
        boolean upper = Character.isUpperCase(conversion);
        fill(out, spec, sign(spec, value), upper ? digits.toUpperCase(Locale.ROOT) : digits, true);
    }

    private static String scientific(BigDecimal magnitude, int precision) {
        return String.format(Locale.ROOT, "%." + precision + "e", magnitude);
    }

    private static String general(BigDecimal magnitude, int precision, boolean keepZeros) {
        BigDecimal rounded = magnitude.round(new MathContext(precision));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < precision) {
            String plain = rounded.setScale(precision - 1 - exponent).toPlainString();
            return keepZeros ? plain : withoutZeros(plain);
        }
        String text = scientific(rounded, precision - 1);
        int e = text.indexOf('e');
        return keepZeros ? text : withoutZeros(text.substring(0, e)) + text.substring(e);
    }

    private static String withoutZeros(String digits) {
        if (digits.indexOf('.') < 0) {
            return digits;
        }
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
    }

    private static String sign(Spec spec, int value) {
        return value < 0 ? "-" : spec.plus() ? "+" : spec.space() ? " " : "";
    }

    private static void fill(StringBuilder out, Spec spec, String sign, String body, boolean numeric) {
        int missing = spec.width() - sign.length() - body.codePointCount(0, body.length());
        String gap = missing > 0 ? (numeric && spec.zero() && !spec.left() ? "0" : " ").repeat(missing) : "";
        if (spec.left()) {
            out.append(sign).append(body).append(gap);
        } else if (numeric && spec.zero()) {
            out.append(sign).append(gap).append(body);
        } else {
            out.append(gap).append(sign).append(body);
        }
    }
}
