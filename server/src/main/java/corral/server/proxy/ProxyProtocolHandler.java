package corral.server.proxy;

import corral.server.http.ProxiedClient;
import corral.server.http.ProxyRefusal;
import corral.server.options.ProxyOptions.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PROXY protocol's header (versions 1 and 2 of HAProxy's specification), which stands before everything else, TLS included; first
 * in a pipeline. A connection without one goes on as it is. Fires {@link ProxiedClient} or {@link ProxyRefusal} and removes itself.
 */
public final class ProxyProtocolHandler extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocolHandler.class);
    private static final byte[] TEXT = {'P', 'R', 'O', 'X', 'Y', ' '};
    private static final byte[] BINARY = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    private final Protocol protocol;
    private final TrustedAddresses allowed;
    private final boolean secure;
    private boolean refused;

    /**
     * @param protocol which versions are read, not OFF
     * @param allowed who may send one
     * @param secure whether TLS follows, in which no answer can be written in the clear
     */
    public ProxyProtocolHandler(Protocol protocol, TrustedAddresses allowed, boolean secure) {
        this.protocol = protocol;
        this.allowed = allowed;
        this.secure = secure;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        boolean text = protocol != Protocol.V2 && begins(in, TEXT);
        boolean binary = protocol != Protocol.V1 && begins(in, BINARY);
        if (!text && !binary) {
            ctx.pipeline().remove(this);
        } else if (in.readableBytes() >= (text ? TEXT : BINARY).length) {
            header(ctx, in, text);
        }
    }

    private void header(ChannelHandlerContext ctx, ByteBuf in, boolean text) {
        if (!allowed.trusts(ctx.channel().remoteAddress())) {
            refuse(ctx, in, new ProxyRefusal(403, "a PROXY header of a peer that is not in proxy_allow_ips"));
            return;
        }
        ProxyHeader header = text ? ProxyHeader.text(in) : ProxyHeader.binary(in);
        switch (header.kind()) {
            case INCOMPLETE -> {}
            case BAD -> refuse(ctx, in, new ProxyRefusal(400, "a bad PROXY header: " + header.detail()));
            case NO_CLIENT, CLIENT -> {
                if (header.client() != null) {
                    ctx.fireUserEventTriggered(header.client());
                }
                ctx.pipeline().remove(this);
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf in, ProxyRefusal refusal) {
        refused = true;
        in.skipBytes(in.readableBytes());
        if (secure) {
            LOG.warn("Invalid request from {}: {}", ctx.channel().remoteAddress(), refusal.detail());
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(refusal);
        }
    }

    /** Whether what there is can be the beginning. */
    private static boolean begins(ByteBuf in, byte[] prefix) {
        int length = Math.min(in.readableBytes(), prefix.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
