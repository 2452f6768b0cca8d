package corral.server.pool;

import corral.server.frames.Scratch;

/** A request on its way to a worker. Called on the event loop that it was dispatched on. */
public interface WorkerRequest extends StreamListener {
    /**
     * Appends the payload of its REQUEST frame (PROTOCOL.md). Called when a worker has been chosen, and again if it is given to another one.
     *
     * @return how many body bytes are in it
     */
    int writeRequest(Scratch out, WorkerFacts worker);

    /** Whether {@link #writeRequest} writes the whole body. */
    boolean bodyComplete();

    /** Whether the client waits for 100 Continue. */
    boolean expectsContinue();

    /** Whether the worker could write a long body to the client's socket itself. */
    boolean lendable();

    /** Whether much of the body is still to come, and the worker could read it from the client's socket itself. */
    boolean longBody();

    /** No worker has it, and none will get it. */
    void onRefused(Refusal refusal);
}
