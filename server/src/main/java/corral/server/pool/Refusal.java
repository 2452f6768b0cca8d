package corral.server.pool;

/** Why no worker got a request. */
public enum Refusal {
    /** Too many are waiting. */
    QUEUE_FULL,
    /** It waited too long. */
    WAITED_TOO_LONG,
    /** Too many are in flight. */
    CONCURRENCY
}
