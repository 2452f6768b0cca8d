package corral.server.exchange;

import corral.server.frames.Scratch;
import corral.server.pool.WorkerFacts;

/** What an {@link Exchange} must know of its request, whatever the protocol it came by. Called on the connection's event loop. */
public interface RequestSource {
    /** Appends the ASGI scope, a marshal dict. */
    void writeScope(Scratch out, WorkerFacts worker);

    /** Whether doing it twice is doing it once (RFC 9110 9.2.2), so that it may be retried when its worker dies. */
    boolean idempotent();

    /** Whether the client waits for 100 Continue. */
    boolean expectsContinue();

    /** Whether the client's socket could be lent to a worker: what is written to it is what the client reads. */
    boolean lendable();

    /** Whether much of the body is still to come, by a socket that could be lent to a worker: what is read from it is what the client wrote. */
    boolean longBody();

    /** Whether a WebSocket is asked for. */
    default boolean webSocket() {
        return false;
    }

    /** Method and path, for the log. */
    String summary();

    /** What it is called in logs: by its client, or by this server. */
    String id();
}
