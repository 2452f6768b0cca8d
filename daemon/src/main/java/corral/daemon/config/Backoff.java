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
    public static final Backoff SUPERVISOR = new Backoff(0, Long.MAX_VALUE, 0);

    /** Doubled so often, any first wait is beyond the longest. */
    private static final int DOUBLINGS = 40;

    /** Milliseconds before the next attempt; {@code failures} in a row, from 1 on. */
    public long delayMs(int failures) {
        long wanted = firstMs == 0 ? failures * 1000L : firstMs << Math.min(failures - 1, DOUBLINGS - 1);
        return Math.min(maxMs, wanted);
    }
}
