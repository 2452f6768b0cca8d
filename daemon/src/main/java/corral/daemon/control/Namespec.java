package corral.daemon.control;

import java.util.Optional;

/**
 * A process or group as clients name it: {@code name}, {@code group:name}, {@code group:*} or {@code group:}.
 *
 * @param text as given
 * @param group group name
 * @param process process name; empty for the whole group
 */
record Namespec(String text, String group, Optional<String> process) {

    /** Takes a name apart at its first colon. */
    static Namespec parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Namespec(text, text, Optional.of(text));
        }
        String process = text.substring(colon + 1);
        boolean whole = process.isEmpty() || process.equals("*");
        return new Namespec(text, text.substring(0, colon), whole ? Optional.empty() : Optional.of(process));
    }
}
