package corral.daemon.config;

/**
 * How long a process waits for its next start.
 *
 * @param firstMs milliseconds after the first failed start, doubled after each further one; 0: Supervisor's 1, 2, 3… seconds
 * @param maxMs the longest of these
 * @param restartMs milliseconds between an exit from RUNNING and the restart that follows
 */
public record Backoff(long firstMs, long maxMs, long restartMs) {

    /** Supervisor's way. */
    public static final Backoff SUPERVISOR = new Backoff(0, 60_000, 0);
}
