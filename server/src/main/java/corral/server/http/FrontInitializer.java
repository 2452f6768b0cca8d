package corral.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.net.SocketAddress;
import java.util.function.Consumer;

/** What a client's connection goes through, from the socket inwards. */
public final class FrontInitializer extends ChannelInitializer<Channel> {
    private final HttpContext context;
    private final SocketAddress listener;
    private final Consumer<Channel> edge;
    private final boolean secure;

    /**
     * For connections of the event loop that the context belongs to, accepted at that address.
     *
     * @param edge adds what comes before HTTP
     * @param secure whether TLS is part of that
     */
    public FrontInitializer(HttpContext context, SocketAddress listener, Consumer<Channel> edge, boolean secure) {
        this.context = context;
        this.listener = listener;
        this.edge = edge;
        this.secure = secure;
    }

    @Override
    protected void initChannel(Channel channel) {
        edge.accept(channel);
        channel.pipeline().addLast(new HttpConnection(context, listener, secure));
    }
}
