package corral.server.pool;

import corral.server.frames.ResponseHead;
import io.netty.buffer.ByteBuf;

/**
 * Hears what a worker says about one request or WebSocket. Called on the event loop of the client's connection. Buffers passed in belong to
 * the listener, which releases them. Nothing is called after what ends the stream: the last part of a body, a path, trailers, an abort, a close, a loss.
 */
public interface StreamListener {
    /** A worker has taken the request; called before anything else, unless no worker did. */
    void onDispatched(WorkerStream stream);

    /** The app takes more: {@link WorkerStream#credit()} has grown. */
    void onCredit();

    /** The app waits for the body of a request with Expect: 100-continue. */
    void onBodyWanted();

    /** Head of the response; its body follows by {@link #onBody}, {@link #onPath} or {@link #onTrailers}. */
    void onHead(ResponseHead head);

    /** The head, and the body or its beginning. */
    default void onResponse(ResponseHead head, ByteBuf body, boolean end) {
        onHead(head);
        onBody(body, end);
    }

    /** Bytes of the body; {@link WorkerStream#give} is due for them. */
    void onBody(ByteBuf bytes, boolean end);

    /** The body is this file. */
    void onPath(String path);

    /** The body is complete; these come after it. */
    void onTrailers(ResponseHead trailers);

    /** The body is long: the worker would write it to the client's socket itself. {@link WorkerStream#lend} or {@link WorkerStream#refuseLoan} is due. */
    void onBorrow();

    /** So many bytes more of the body were written by the worker itself. */
    void onSent(long bytes, boolean end);

    /**
     * The rest of the request's body is long: the worker would read it from the client's socket itself. {@link WorkerStream#lendBody} or {@link
     * WorkerStream#refuseBodyLoan} is due.
     */
    void onBorrowBody();

    /** The worker has read so many bytes of the request's body itself, and reads no more; end: that was all of it. */
    void onReceived(long bytes, boolean end);

    /** An informational response, 103. */
    void onInform(ResponseHead head);

    /** The app failed before its response was complete. */
    void onAbort(String reason);

    /** The app accepts the WebSocket; subprotocol is null for none. */
    void onAccept(String subprotocol, ResponseHead headers);

    /** A message for the client; {@link WorkerStream#give} is due for its length + 32. */
    void onText(ByteBuf message);

    /** A message for the client; {@link WorkerStream#give} is due for its length + 32. */
    void onBinary(ByteBuf message);

    /** The app closes the WebSocket, or refuses it when it had not accepted. */
    void onClose(int code, String reason);

    /**
     * The worker died or lost its connection while it had the request.
     *
     * @return what was lost and what becomes of it, for the log
     */
    String onLost(Loss loss);
}
