package corral.server.pool;

import io.netty.buffer.ByteBuf;

/**
 * One request or WebSocket on a worker, as the client's side sees it (PROTOCOL.md). All methods are called on the event loop of the
 * connection it was opened from; calls after the stream's end do nothing. Buffers passed in are released by the callee.
 */
public interface WorkerStream {
    /** The worker that has it. */
    WorkerFacts worker();

    /** Request bytes that may be sent now; zero or negative: wait for {@link StreamListener#onCredit}. */
    int credit();

    /** Sends request body bytes, at most {@link #credit()} of them; what is to be sent before {@link #lendBody} needs none. */
    void body(ByteBuf bytes, boolean end);

    /** Sends a whole WebSocket message; allowed while {@link #credit()} is above zero. */
    void text(ByteBuf message);

    /** Sends a whole WebSocket message; allowed while {@link #credit()} is above zero. */
    void binary(ByteBuf message);

    /**
     * Allows the worker to send more: called as the client's socket takes bytes that {@link StreamListener} handed over. Small amounts are
     * collected.
     *
     * @param bytes body bytes taken, or the cost of WebSocket messages (length + 32 each)
     */
    void give(int bytes);

    /**
     * Lends the client's socket, after {@link StreamListener#onBorrow}: until {@link StreamListener#onSent} says that the body is complete, or the
     * stream ends otherwise, nobody here may write to it.
     *
     * @param descriptor of the socket, to which everything before the body has been written
     * @param patienceMs after so long without progress the worker gives the client up; 0: never
     */
    void lend(int descriptor, int patienceMs);

    /** The body has to be sent by frames. */
    void refuseLoan();

    /**
     * Lends the client's socket for the rest of the request's body, after {@link StreamListener#onBorrowBody}: until {@link StreamListener#onReceived}, or
     * the end of the stream, nobody here may read from it.
     *
     * @param descriptor of the socket, from which everything before that was read and sent
     * @param remaining bytes of the body, above 0
     * @return false if it could not be passed: the body has to be sent by frames
     */
    boolean lendBody(int descriptor, long remaining);

    /** The request's body has to be sent by frames. */
    void refuseBodyLoan();

    /** The client of an HTTP request is gone or given up: the app's receive() says so. Ends the stream. */
    void disconnect();

    /** The client of an HTTP request has closed its side: the app's receive() says so, but what it sends still arrives. */
    void halfClose();

    /**
     * A WebSocket is to end: the app's receive() says so after the messages it got, but what it sends still arrives until it has closed
     * ({@link StreamListener#onAppClosed}). No message may follow.
     *
     * @param code of the close, 1000-4999
     */
    void leave(int code);

    /**
     * A WebSocket is over: the app's receive() says so. Ends the stream.
     *
     * @param code of the close, 1000-4999, 1005 or 1006
     */
    void disconnect(int code, String reason);
}
