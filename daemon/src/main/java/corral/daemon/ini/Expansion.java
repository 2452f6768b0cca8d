package corral.daemon.ini;

/** Replaces {@code %(name)s} in values (spec/supervisor.md 1.3). No state, any thread. */
public final class Expansion {

    private Expansion() {}

    /**
     * Expands a value.
     *
     * @param label what the message calls the value, {@code section.key}
     * @throws ExpansionException for an unknown name or bad syntax
     */
    public static String expand(String value, Names names, String label) throws ExpansionException {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            return new PercentFormat(value, names).format();
        } catch (PercentFormat.UnknownNameException e) {
            throw new ExpansionException(head(value, label) + " contains names (" + PyText.repr(e.name())
                    + ") which cannot be expanded. Available names: " + String.join(", ", names.sorted()));
        } catch (PercentFormat.SyntaxException e) {
            throw new ExpansionException(head(value, label) + " is badly formatted: " + e.getMessage());
        }
    }

    /** Whether a value that can be expanded has a conversion without a name, which stands for all names at once. */
    public static boolean takesMapping(String value) {
        int at = value.indexOf('%');
        while (at >= 0 && at + 1 < value.length()) {
            char next = value.charAt(at + 1);
            if (next != '(' && next != '%') {
                return true;
            }
            at = value.indexOf('%', at + 2);
        }
        return false;
    }

    private static String head(String value, String label) {
        return "Format string " + PyText.repr(value) + " for " + PyText.repr(label);
    }
}
