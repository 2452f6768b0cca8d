package corral.server.pool;

/**
 * How a worker was lost.
 *
 * @param reason which worker, and what became of it
 * @param silent it had stopped answering before
 * @param begun whether its app may have been started for the request; if not, the request can be given to another worker whatever it is
 */
public record Loss(String reason, boolean silent, boolean begun) {
    /**
     * A request that the worker had, in the words of the log.
     *
     * @param sinceNanos System.nanoTime() of its beginning
     */
    public String held(String summary, String id, long sinceNanos) {
        long ageMs = (System.nanoTime() - sinceNanos) / 1_000_000;
        return summary + ", " + ageMs + " ms old, request " + id;
    }
}
