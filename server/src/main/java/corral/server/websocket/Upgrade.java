package corral.server.websocket;

import corral.server.frames.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** What a WebSocket needs of the HTTP connection that it begins on. All methods are called on the connection's event loop. */
public interface Upgrade {
    /** The client's. */
    Channel channel();

    /** Appends the lines that every response has unless the app sent its own: date, server, configured headers. */
    void writeCommonHeaders(ByteBuf out, ResponseHead app);

    /**
     * HTTP is over: its handlers leave the pipeline and the session takes their place. Nothing of HTTP may time out or close the channel
     * any more.
     *
     * @return the client's bytes behind the request's head, which belong to the caller
     */
    ByteBuf switchTo(ChannelHandler session);
}
