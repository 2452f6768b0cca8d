package corral.daemon.config;

/**
 * One thing wrong with the configuration. Errors keep a configuration from being used; warnings say what Supervisor
 * would silently ignore or cut.
 *
 * @param severity error or warning
 * @param origin file and line
 * @param section name in brackets without them, empty for a whole file
 * @param key option, empty for a whole section
 * @param message for people: Supervisor's own words where spec/supervisor.md 1.7 has them, then what is allowed
 * @param supervisorText the message exactly as Supervisor would give it, for scripts and clients that match on it; empty for
 *     a warning that Supervisor does not have
 */
public record Problem(
        Severity severity, Origin origin, String section, String key, String message, String supervisorText) {

    /** A problem for which Supervisor has no other words. */
    public Problem(Severity severity, Origin origin, String section, String key, String message) {
        this(severity, origin, section, key, message, message);
    }

    /** Whether a configuration with this problem can be used. */
    public enum Severity {
        ERROR,
        WARNING
    }
}
