package corral.server.exchange;

import io.netty.buffer.ByteBuf;

/** What the app does to the client of an accepted WebSocket. Called on the connection's event loop; buffers belong to the callee. */
public interface MessageSink {
    /** A whole message of the app. */
    void onMessage(boolean text, ByteBuf message);

    /** The app takes more. */
    void onCredit();

    /** The app closes the WebSocket; its side is over. */
    void onAppClosed(int code, String reason);

    /** The app failed, or its worker died; its side is over. */
    void onAppFailed();
}
