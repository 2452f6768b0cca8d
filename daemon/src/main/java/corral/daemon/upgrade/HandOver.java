package corral.daemon.upgrade;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Descriptors that one daemon leaves to the next, which has its pid: a line each, {@code NAME=FD}, in an environment variable
 * that no child ever sees.
 */
public final class HandOver {
    /** The variable. */
    public static final String VARIABLE = "CORRALD_FDS";

    /** Of the sockets that init passed at the very start, as {@code init:FD}. */
    public static final String INIT = "init:";

    /** Of listening sockets that whoever started the first daemon left open, as {@code start:FD}: binds may name them. */
    public static final String START = "start:";

    /** Of the sockets of control servers, before {@code unix:PATH} or {@code HOST:PORT}. */
    public static final String CONTROL = "control:";

    /** Of the reading ends of FIFOs, before their path. */
    public static final String FIFO = "fifo:";

    private HandOver() {}

    /** What an environment says; empty if this daemon is not the next of another one. */
    public static Optional<Map<String, Integer>> read(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE)).map(HandOver::parse);
    }

    /** The value of the variable. */
    static String write(Map<String, Integer> descriptors) {
        StringBuilder text = new StringBuilder();
        descriptors.forEach(
                (name, fd) -> text.append(name).append('=').append((int) fd).append('\n'));
        return text.toString();
    }

    private static Map<String, Integer> parse(String text) {
        Map<String, Integer> descriptors = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            // A name may have more of these.
            int equals = line.lastIndexOf('=');
            if (equals > 0 && line.length() < equals + 11 && isNumber(line.substring(equals + 1))) {
                descriptors.put(line.substring(0, equals), Integer.valueOf(line.substring(equals + 1)));
            }
        }
        return descriptors;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
