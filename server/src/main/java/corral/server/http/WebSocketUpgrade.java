package corral.server.http;

import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.websocket.Upgrade;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** A connection as the WebSocket sees it that it becomes. */
record WebSocketUpgrade(HttpConnection connection, HttpContext context) implements Upgrade {
    @Override
    public Channel channel() {
        return connection.clientChannel();
    }

    @Override
    public void writeCommonHeaders(ByteBuf out, ResponseHead app) {
        Scratch scratch = context.scratch();
        scratch.clear();
        context.headWriter().writeCommon(scratch, app);
        scratch.copyTo(out);
    }

    @Override
    public ByteBuf switchTo(ChannelHandler session) {
        return connection.leaveTo(session);
    }
}
