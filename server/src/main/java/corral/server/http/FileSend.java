package corral.server.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.LongSupplier;

/** A file on its way to a client: by sendfile(2), or piece by piece through TLS. The file is closed at the end. On the connection's event loop. */
final class FileSend {
    private static final int PIECE = 64 * 1024;

    private final ChannelFuture done;
    private final long count;
    private final LongSupplier sent;

    private FileSend(ChannelFuture done, long count, LongSupplier sent) {
        this.done = done;
        this.count = count;
        this.sent = sent;
    }

    /** Begins to send the first count bytes, after what was written before. */
    static FileSend begin(ChannelHandlerContext channel, FileChannel file, long count) throws IOException {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(SslHandler.class) == null) {
            DefaultFileRegion region = new DefaultFileRegion(file, 0, count);
            return new FileSend(channel.writeAndFlush(region), count, region::transferred);
        }
        if (pipeline.get(ChunkedWriteHandler.class) == null) {
            pipeline.addBefore(channel.name(), null, new ChunkedWriteHandler());
        }
        ChunkedNioFile pieces = new ChunkedNioFile(file, 0, count, PIECE);
        return new FileSend(channel.writeAndFlush(pieces), count, pieces::currentOffset);
    }

    /** Bytes that are still to be sent. */
    long pending() {
        return done.isDone() ? 0 : Math.max(1, count - sent.getAsLong());
    }
}
