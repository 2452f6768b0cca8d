package corral.server.websocket;

import corral.server.frames.ResponseHead;
import corral.server.options.WebSocketOptions;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;

/** What the WebSockets of one event loop have in common. Belongs to that event loop. */
public final class WebSockets implements AutoCloseable {
    private final WebSocketOptions options;
    private final long sendMs;
    private final Compression compression = new Compression();

    /** @param sendMs a client that takes nothing for so long is cut; 0: never */
    public WebSockets(WebSocketOptions options, long sendMs) {
        this.options = options;
        this.sendMs = sendMs;
    }

    /** Whether a subprotocol that an app chose can be sent; null is none. */
    public static boolean acceptable(String subprotocol) {
        return subprotocol == null || Handshake.isToken(subprotocol);
    }

    /**
     * The app accepts: sends 101 and goes on with messages.
     *
     * @param subprotocol {@link #acceptable}; null for none
     * @param headers of the app, for the response
     */
    public WebSocketSession accept(
            Upgrade upgrade, Handshake handshake, WorkerStream stream, String subprotocol, ResponseHead headers) {
        WebSocketSession session = new WebSocketSession(upgrade.channel(), stream, this, handshake.deflate());
        ByteBuf first = upgrade.switchTo(session);
        ByteBuf response = upgrade.channel().alloc().ioBuffer(512);
        handshake.write(response, subprotocol, headers);
        upgrade.writeCommonHeaders(response, headers);
        upgrade.channel().writeAndFlush(response.writeByte('\r').writeByte('\n'));
        session.start(first);
        return session;
    }

    WebSocketOptions options() {
        return options;
    }

    long sendMs() {
        return sendMs;
    }

    Compression compression() {
        return compression;
    }

    /** Ends what is outside the heap, when no WebSocket is left. */
    @Override
    public void close() {
        compression.close();
    }
}
