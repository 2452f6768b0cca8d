package corral.server.http;

import corral.server.options.TimeoutOptions;
import java.util.concurrent.TimeUnit;

/** Until when what a connection waits for must have happened; each phase replaces the one before. Times are System.nanoTime(). On its event loop. */
final class ConnectionDeadline {
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long HALF_CLOSED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;

    private final TimeoutOptions timeouts;
    private long at = NEVER;
    private boolean headBegun;
    private long unsent;

    ConnectionDeadline(TimeoutOptions timeouts) {
        this.timeouts = timeouts;
    }

    boolean isDue(long now) {
        return at != NEVER && now - at >= 0;
    }

    /** Nothing is waited for. */
    void never() {
        at = NEVER;
    }

    /** With the next sweep. */
    void soon() {
        at = System.nanoTime();
    }

    /** The first request of a new connection. */
    void firstHead() {
        in(timeouts.headerMs());
    }

    /** The first request of a new connection, while the server ends. */
    void firstHeadAtEnd() {
        at = System.nanoTime() + LAST_MOMENT_NANOS;
    }

    /** The next request; at first nothing of it is there. */
    void nextHead() {
        headBegun = false;
        in(timeouts.keepAliveMs());
    }

    /** A part of a head is there; its time counts from the first part. */
    void restOfHead() {
        if (!headBegun) {
            headBegun = true;
            in(timeouts.headerMs());
        }
    }

    /** More of a request's body. */
    void body() {
        headBegun = false;
        in(timeouts.bodyMs());
    }

    /** The beginning of the response to a request that began then. */
    void response(long begunNanos) {
        headBegun = false;
        at = timeouts.requestMs() > 0 ? begunNanos + TimeUnit.MILLISECONDS.toNanos(timeouts.requestMs()) : NEVER;
    }

    /** The client takes what was sent. */
    void sending() {
        in(timeouts.sendMs());
    }

    /** The rest of a body that nobody wants. */
    void drain() {
        at = System.nanoTime() + DRAIN_NANOS;
    }

    /** The client's end of the connection. */
    void linger() {
        at = System.nanoTime() + LINGER_NANOS;
    }

    /** The client has closed its side: whether it still reads. */
    void halfClosed() {
        at = System.nanoTime() + HALF_CLOSED_NANOS;
    }

    /**
     * Whether the client took something of what was sent since this was asked last.
     *
     * @param pending bytes that it has not taken, above zero
     */
    boolean progress(long pending) {
        boolean progress = unsent == 0 || pending < unsent;
        unsent = pending;
        return progress;
    }

    /** The client has taken everything. */
    void nothingPending() {
        unsent = 0;
    }

    private void in(long ms) {
        at = ms > 0 ? System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms) : NEVER;
    }
}
