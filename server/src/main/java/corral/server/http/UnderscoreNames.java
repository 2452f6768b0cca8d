package corral.server.http;

import corral.server.options.HttpOptions.HeaderMap;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of request headers with an underscore in their name, which CGI-like interfaces cannot tell from those with a dash (gunicorn's
 * header_map and forwarder_headers). Immutable, any thread.
 */
final class UnderscoreNames {
    private final HeaderMap map;
    private final String[] forwarders;
    private final boolean all;

    /** @param forwarderHeaders names that a trusted peer may send, {@code *} for all */
    UnderscoreNames(HeaderMap map, List<String> forwarderHeaders) {
        this.map = map;
        all = forwarderHeaders.contains("*");
        forwarders = forwarderHeaders.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.indexOf('_') >= 0)
                .toArray(String[]::new);
    }

    /** What to do with such a header. */
    enum Verdict {
        PASS,
        DROP,
        REFUSE
    }

    /**
     * Decides on a header whose lower-case name in {@code bytes} has an underscore.
     *
     * @param trusted whether the peer's forwarded headers count
     */
    Verdict of(byte[] bytes, int from, int to, boolean trusted) {
        if (trusted && all) {
            return Verdict.PASS;
        }
        if (isForwarder(bytes, from, to)) {
            // Such names move an app's root or user: from a stranger they are never what they seem.
            return trusted ? Verdict.PASS : map == HeaderMap.REFUSE ? Verdict.REFUSE : Verdict.DROP;
        }
        return switch (map) {
            case DANGEROUS -> Verdict.PASS;
            case DROP -> Verdict.DROP;
            case REFUSE -> Verdict.REFUSE;
        };
    }

    private boolean isForwarder(byte[] bytes, int from, int to) {
        for (String name : forwarders) {
            if (name.length() == to - from && matches(bytes, from, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] bytes, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
