package corral.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the supervisor how the front is (sd_notify(3)); does nothing when nobody asked by NOTIFY_SOCKET. Any thread. */
final class NotifyClient {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyClient.class);

    private final Channel channel;

    private NotifyClient(Channel channel) {
        this.channel = channel;
    }

    /** @param path of NOTIFY_SOCKET, null if there is none */
    static NotifyClient open(String path, EventLoopGroup group) throws InterruptedException {
        if (path == null || path.isEmpty()) {
            return new NotifyClient(null);
        }
        Channel channel = new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                // Connected: one that is not bound either counts as closed.
                .connect(new DomainSocketAddress(path.startsWith("@") ? "\0" + path.substring(1) : path))
                .sync()
                .channel();
        return new NotifyClient(channel);
    }

    /** Whether anybody is told. */
    boolean listens() {
        return channel != null;
    }

    /** Sends one message, for example {@code READY=1}. */
    void send(String message) {
        if (channel != null) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            channel.writeAndFlush(Unpooled.copiedBuffer(bytes)).addListener(sent -> {
                if (!sent.isSuccess()) {
                    LOG.warn("the supervisor cannot be told {}: {}", message, String.valueOf(sent.cause()));
                }
            });
        }
    }
}
