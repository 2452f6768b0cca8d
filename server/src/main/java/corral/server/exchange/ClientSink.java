package corral.server.exchange;

import corral.server.frames.ResponseHead;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;

/** The client's side of an {@link Exchange}. Called on the connection's event loop; buffers belong to the callee. */
public interface ClientSink {
    /** The head of the response, to which {@link #body}, {@link #file} or {@link #trailers} will be added. */
    void head(ResponseHead head);

    /** The head and the body or its beginning. */
    void response(ResponseHead head, ByteBuf body, boolean end);

    /** More of the body. */
    void body(ByteBuf bytes, boolean end);

    /** The file is the body. */
    void file(String path);

    /**
     * The worker would write the rest of the body to the client's socket itself.
     *
     * @return whether it may, which {@link Exchange#lend} follows as soon as everything before is written; false if it cannot
     */
    boolean borrow();

    /** So many bytes more of the body were written by the worker itself. */
    void sent(long bytes, boolean end);

    /**
     * The worker would read the rest of the request's body from the client's socket itself.
     *
     * @return whether it may, which {@link Exchange#lendBody} follows as soon as nobody here reads any more; false if it cannot
     */
    boolean borrowBody();

    /**
     * So many bytes of the request's body were read by the worker itself, which reads no more.
     *
     * @param end whether that was all of the body
     * @return false if that cannot be
     */
    boolean received(long bytes, boolean end);

    /** What follows the body, which is complete. */
    void trailers(ResponseHead trailers);

    /** An informational response. */
    void inform(ResponseHead head);

    /** 100 Continue is due. */
    void continueBody();

    /** Whether nothing of the response has been written yet. */
    boolean untouched();

    /** There is no response; the server answers with this status itself. Only before a head. */
    void fail(int status, String reason);

    /** The response cannot be completed, and the client must see that. */
    void cut(String reason);

    /** The request's body may be read on. */
    void readOn();

    /**
     * The app accepts the WebSocket that was asked for; from now on the client's side uses the stream itself.
     *
     * @param subprotocol null for none
     * @return what takes the app's messages; null if the app's answer cannot be sent, which {@link #fail} follows
     */
    default MessageSink accept(WorkerStream stream, String subprotocol, ResponseHead headers) {
        return null;
    }
}
