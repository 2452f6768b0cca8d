package corral.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.net.SocketAddress;

/** What a client's connection goes through, from the socket inwards. */
public final class FrontInitializer extends ChannelInitializer<Channel> {
    private final HttpContext context;
    private final SocketAddress listener;

    /** For connections of the event loop that the context belongs to, accepted at that address. */
    public FrontInitializer(HttpContext context, SocketAddress listener) {
        this.context = context;
        this.listener = listener;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new HttpConnection(context, listener, false));
    }
}
