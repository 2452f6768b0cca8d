package corral.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/** What a client's connection goes through, from the socket inwards. */
public final class FrontInitializer extends ChannelInitializer<Channel> {
    private final HttpContext context;

    /** For connections of the event loop that the context belongs to. */
    public FrontInitializer(HttpContext context) {
        this.context = context;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new HttpConnection(context, false));
    }
}
