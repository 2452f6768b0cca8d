package corral.daemon.config;

/**
 * How to see that a process does its work.
 *
 * @param probe what is tried
 * @param intervalMs between two probes
 * @param timeoutMs for one probe
 * @param retries failed probes in a row after which the process counts as unhealthy
 * @param startPeriodMs after the start, in which failed probes do not count
 */
public record HealthCheck(Probe probe, long intervalMs, long timeoutMs, int retries, long startPeriodMs) {

    /** What is tried. */
    public sealed interface Probe {}

    /** A GET that must be answered with 2xx or 3xx; {@code socket} is a Unix socket's path, empty for TCP. */
    public record Http(String host, int port, String socket, String target) implements Probe {}

    /** A connection that must be accepted. */
    public record Tcp(String host, int port) implements Probe {}

    /** A command that must exit with 0. */
    public record Exec(String command) implements Probe {}
}
