package corral.server.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

/** Waits for the ClientHello, and makes way for the TLS handler of the server name in it (RFC 6066 3). */
final class NameHandler extends AbstractSniHandler<HostContext> {
    private static final int LARGEST_HELLO = 1 << 16;

    private final TlsContexts contexts;

    NameHandler(TlsContexts contexts) {
        super(LARGEST_HELLO, contexts.handshakeTimeoutMs());
        this.contexts = contexts;
    }

    @Override
    protected Future<HostContext> lookup(ChannelHandlerContext ctx, String hostname) {
        return ctx.executor().newSucceededFuture(contexts.live().byName(hostname));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, String hostname, Future<HostContext> future) {
        SslHandler handler = contexts.newHandler(ctx.channel(), future.getNow());
        boolean placed = false;
        try {
            ctx.pipeline().replace(this, null, handler);
            placed = true;
        } finally {
            if (!placed) {
                // The engine holds memory outside of the heap, which only a handler in a pipeline gives back.
                ReferenceCountUtil.safeRelease(handler.engine());
            }
        }
    }
}
