package corral.ctl.daemon;

/**
 * A name as the user gives it (spec/supervisor.md 1.8, 5.2).
 *
 * @param text as given
 * @param group the group
 * @param process the process in it; empty when all of the group is meant
 */
public record Namespec(String text, String group, String process) {

    /** Reads {@code name}, {@code group:name}, {@code group:*} or {@code group:}. */
    public static Namespec parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Namespec(text, text, text);
        }
        String process = text.substring(colon + 1);
        return new Namespec(text, text.substring(0, colon), process.equals("*") ? "" : process);
    }

    /** {@code group:name}, or the name alone when both are equal. */
    public static String join(String group, String name) {
        return group.equals(name) ? name : group + ":" + name;
    }

    /** Whether all of the group is meant. */
    public boolean isGroup() {
        return process.isEmpty();
    }

    /** The name as results show it. */
    public String display() {
        return join(group, process);
    }
}
