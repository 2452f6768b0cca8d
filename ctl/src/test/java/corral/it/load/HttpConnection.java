package corral.it.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

/** A connection, and at most one request on it at a time. Belongs to the event loop. */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    private final Connections owner;
    private ChannelHandlerContext context;
    private Exchange current;
    private boolean served;
    private boolean keptAlive;
    private String reason = "";

    HttpConnection(Connections owner) {
        this.owner = owner;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    boolean usable() {
        return current == null && context.channel().isActive();
    }

    /** Sends a request; its end is reported to it. */
    void send(Exchange exchange) {
        current = exchange;
        exchange.reused = served;
        exchange.sentNs = System.nanoTime();
        // A failed write shows as the end of the channel, with what was received before.
        context.writeAndFlush(exchange.request()).addListener((ChannelFuture future) -> {
            if (!future.isSuccess() && reason.isEmpty()) {
                reason = String.valueOf(future.cause().getMessage());
                future.channel().close();
            }
        });
    }

    /** Gives up on the request that is under way, because it takes too long. */
    void abandon(Exchange exchange) {
        if (exchange == current) {
            current = null;
            context.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (current == null) {
            owner.onStray(message.toString());
            ctx.close();
            return;
        }
        if (message.decoderResult().isFailure()) {
            finish(Verdict.CORRUPT, String.valueOf(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpResponse response) {
            keptAlive = HttpUtil.isKeepAlive(response);
            current.onHead(response);
        }
        if (message instanceof HttpContent content && !current.ended()) {
            ByteBuf bytes = content.content();
            current.onContent(bytes);
        }
        if (current.ended()) {
            current = null;
            ctx.close();
        } else if (message instanceof LastHttpContent) {
            served = true;
            Exchange ended = current;
            current = null;
            if (keptAlive && !ended.shape.fresh()) {
                owner.onFree(this);
            } else {
                ctx.close();
            }
            ended.onEnd();
        }
    }

    private void finish(Verdict verdict, String detail) {
        Exchange ended = current;
        current = null;
        context.close();
        ended.end(verdict, detail);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (reason.isEmpty()) {
            reason = String.valueOf(cause.getMessage());
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        owner.onGone(this);
        if (current != null) {
            Exchange ended = current;
            current = null;
            ended.onClosed(reason);
        }
    }
}
