package corral.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** The ways in which a connection ends. On its event loop. */
final class ChannelEnd {
    private final ChannelHandlerContext channel;
    private final boolean inet;
    private final boolean secure;

    /**
     * @param inet whether it is a network connection
     * @param secure whether TLS is below
     */
    ChannelEnd(ChannelHandlerContext channel, boolean inet, boolean secure) {
        this.channel = channel;
        this.inet = inet;
        this.secure = secure;
    }

    /** At once, such that no client takes what it got for all. */
    void cut() {
        if (inet && channel.channel().isOpen()) {
            channel.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        // Not through TLS: its close_notify would say that this is all.
        ChannelHandlerContext tls = secure ? channel.pipeline().context(SslHandler.class) : null;
        (tls == null ? channel : tls).close();
    }

    /** When everything is written. */
    void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * When everything is written, says so, while reading goes on: data that arrives at a closed socket would destroy the answer on its way (RFC 9112
     * 9.6).
     *
     * @param inputClosed whether nothing more can arrive
     */
    void shut(boolean inputClosed) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (inputClosed || secure || !(channel.channel() instanceof DuplexChannel duplex)) {
                channel.close();
            } else {
                duplex.shutdownOutput();
            }
        });
    }
}
