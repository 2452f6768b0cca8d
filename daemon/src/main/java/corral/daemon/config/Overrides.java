package corral.daemon.config;

import java.util.Map;

/**
 * Options of {@code [supervisord]} given on the command line, by their key in the file; they win over it
 * (spec/supervisor.md 2.1). Values are read by the same rules as in the file; flags are {@code true}.
 */
public record Overrides(Map<String, String> values) {

    /** No option given. */
    public static final Overrides NONE = new Overrides(Map.of());
}
