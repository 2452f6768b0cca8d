package corral.server.frames;

import io.netty.buffer.ByteBuf;

/** Hears the frames of one worker connection, each checked. Buffers belong to the listener. Stream numbers may be unknown ones. */
public interface FrameListener {
    void onHello(WorkerHello hello) throws FrameException;

    void onStart(int stream, ResponseHead head);

    /** Bytes of a body; a long frame may be reported in parts. */
    void onBody(int stream, ByteBuf bytes, boolean end);

    void onResponse(int stream, ResponseHead head, ByteBuf body, boolean end);

    /** Request bytes that the app took; 0: it waits for the body. */
    void onCredit(int stream, int bytes);

    void onPath(int stream, String path);

    void onTrailers(int stream, ResponseHead trailers);

    void onInform(int stream, ResponseHead head);

    void onAbort(int stream, String reason);

    void onPong(long token);

    void onStopping();

    /** The worker takes requests on this connection. */
    void onReady() throws FrameException;

    /** The app accepts a WebSocket; subprotocol is null for none. */
    void onAccept(int stream, String subprotocol, ResponseHead headers);

    void onText(int stream, ByteBuf message);

    void onBinary(int stream, ByteBuf message);

    void onClose(int stream, int code, String reason);

    /** The app's body is long: the worker would write it to the client's socket itself. */
    void onBorrow(int stream);

    /** So many bytes more of a body were written to the client's socket by the worker. */
    void onSent(int stream, long bytes, boolean end);

    /** The client's body is long: the worker would read the rest of it from the client's socket itself. */
    void onBorrowBody(int stream);

    /** The worker has read so many bytes of a body from the client's socket, and reads no more; end: that was all. */
    void onReceived(int stream, long bytes, boolean end);
}
