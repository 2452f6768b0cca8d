package corral.server.websocket;

import corral.server.exchange.MessageSink;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket after its handshake, between a client's channel, whose last handler it is, and an app's stream: whole messages, pings and the
 * closing handshake in both directions (RFC 6455). All calls are made on the channel's event loop.
 */
public final class WebSocketSession extends ChannelInboundHandlerAdapter
        implements MessageSink, FrameDecoder.Sink, KeepAlive.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketSession.class);

    /** How long the peer may take for its part of the end. */
    static final long CLOSE_MS = 5000;

    private enum Client {
        OPEN,
        /** Our close frame is sent; the client's is waited for, its messages count no more. */
        CLOSING,
        /** Nothing that comes is looked at. */
        OVER
    }

    private final Channel channel;
    private final AppQueue app;
    private final MessageWriter writer;
    private final FrameDecoder decoder;
    private final MessageAssembler assembler;
    private final KeepAlive keepAlive;
    private Client client = Client.OPEN;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private boolean reading = true;
    private boolean gone;
    private byte[] duePong;
    private Future<?> closeTimer;
    private Future<?> leaveTimer;

    /** @param deflate null if messages are not compressed */
    WebSocketSession(Channel channel, WorkerStream stream, WebSockets shared, DeflateParameters deflate) {
        this.channel = channel;
        int maxSize = shared.options().maxSize();
        app = new AppQueue(stream, shared.options().maxQueue());
        writer = new MessageWriter(channel, app, shared, deflate);
        decoder = new FrameDecoder(this, maxSize, deflate != null);
        Inflation inflation = deflate == null ? null : new Inflation(maxSize, deflate.clientNoContext());
        assembler = new MessageAssembler(channel.alloc(), maxSize, inflation);
        keepAlive = new KeepAlive(
                channel.eventLoop(),
                this,
                shared.options().pingIntervalMs(),
                shared.options().pingTimeoutMs());
    }

    /** Begins; these bytes came behind the handshake and now belong to it. */
    void start(ByteBuf first) {
        keepAlive.start();
        received(first);
    }

    // What the client does.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        received((ByteBuf) message);
    }

    private void received(ByteBuf bytes) {
        if (client == Client.OVER) {
            bytes.release();
            return;
        }
        keepAlive.heard();
        if (!unread.isReadable()) {
            unread = bytes;
        } else if (unread instanceof CompositeByteBuf more) {
            more.addComponent(true, bytes);
        } else {
            unread =
                    channel.alloc().compositeBuffer().addComponent(true, unread).addComponent(true, bytes);
        }
        read();
    }

    /** Reads as far as the app keeps up. */
    private void read() {
        ByteBuf in = unread;
        unread = Unpooled.EMPTY_BUFFER;
        boolean rest = false;
        try {
            while (in.isReadable() && wanted()) {
                decoder.decode(in);
            }
            rest = in.isReadable() && client != Client.OVER;
        } catch (ViolationException e) {
            fail(e.code(), e.getMessage());
        } finally {
            if (rest) {
                unread = in;
            } else {
                in.release();
            }
        }
        if (gone && !rest) {
            end();
        }
        throttle();
    }

    /** Whether what the client sends may be looked at: not while the app lags behind, unless nothing of it is for the app. */
    private boolean wanted() {
        return client == Client.CLOSING || (client == Client.OPEN && !app.full());
    }

    private void readOn() {
        if (unread.isReadable()) {
            read();
        } else {
            throttle();
        }
    }

    private void throttle() {
        boolean wanted = client == Client.OVER || wanted();
        if (wanted != reading) {
            reading = wanted;
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public boolean reads() {
        return reading;
    }

    @Override
    public void onBegin(boolean text, boolean compressed) {
        assembler.begin(text, compressed);
    }

    @Override
    public void onPart(ByteBuf in, int length, boolean last) throws ViolationException {
        if (client != Client.OPEN) {
            in.skipBytes(length);
            return;
        }
        ByteBuf message = assembler.add(in, length, last);
        if (message != null) {
            app.add(assembler.text(), message);
        }
    }

    @Override
    public void onControl(int opcode, byte[] payload, int length) throws ViolationException {
        if (opcode == FrameDecoder.CLOSE) {
            onCloseFrame(payload, length);
        } else if (opcode == FrameDecoder.PONG) {
            keepAlive.pong(payload, length);
        } else if (client == Client.OPEN) {
            if (channel.isWritable()) {
                writer.control(FrameDecoder.PONG, payload, length);
            } else {
                // A client that pings but takes nothing gets only the last answer (RFC 6455 5.5.3).
                duePong = Arrays.copyOf(payload, length);
            }
        }
    }

    private void onCloseFrame(byte[] payload, int length) throws ViolationException {
        int code = CloseCode.NONE_GIVEN;
        String reason = "";
        if (length > 0) {
            code = length == 1 ? 0 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
            if (!CloseCode.validFromClient(code)) {
                throw ViolationException.protocol("close code " + code);
            }
            ByteBuf text = Unpooled.wrappedBuffer(payload, 2, length - 2);
            Utf8 utf8 = new Utf8();
            if (!utf8.accepts(text, 0, length - 2) || !utf8.complete()) {
                throw ViolationException.invalidText();
            }
            reason = text.toString(StandardCharsets.UTF_8);
        }
        boolean answered = client == Client.CLOSING;
        over();
        if (answered) {
            channel.close();
        } else {
            app.end(code, reason);
            closeInTime();
            writer.close(CloseCode.frame(channel.alloc(), code, reason)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        keepAlive.stop();
        writer.stop();
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        if (leaveTimer != null) {
            leaveTimer.cancel(false);
        }
        if (!unread.isReadable()) {
            end();
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            channel.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a WebSocket failed", cause);
        }
        channel.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        writer.onWritabilityChanged();
        if (duePong != null && channel.isWritable() && client == Client.OPEN) {
            byte[] pong = duePong;
            duePong = null;
            writer.control(FrameDecoder.PONG, pong, pong.length);
        }
        context.fireChannelWritabilityChanged();
    }

    // What the app does.

    @Override
    public void onMessage(boolean text, ByteBuf message) {
        if (client == Client.OPEN && !gone) {
            writer.message(text ? FrameDecoder.TEXT : FrameDecoder.BINARY, message);
        } else {
            // An app that waits in send() would never come to hear of the end.
            app.give(MessageWriter.cost(message));
            message.release();
        }
    }

    @Override
    public void onCredit() {
        app.onCredit();
        readOn();
    }

    @Override
    public void onAppFailed() {
        onAppClosed(CloseCode.FAILED, "");
    }

    @Override
    public void onAppClosed(int code, String reason) {
        app.clear();
        close(code, reason);
    }

    // The server's part.

    /**
     * The server stops. The app is told 1012 and may answer what it got before, then the client is told, too, and has a few seconds to
     * answer. Only the first call counts.
     *
     * @param patienceMs how long the app may take
     */
    public void goAway(long patienceMs) {
        if (leaveTimer == null && client == Client.OPEN && !gone) {
            app.leave(CloseCode.RESTARTING);
            leaveTimer = channel.eventLoop().schedule(this::goNow, patienceMs, TimeUnit.MILLISECONDS);
        }
    }

    private void goNow() {
        app.end(CloseCode.RESTARTING, "");
        close(CloseCode.RESTARTING, "");
    }

    @Override
    public void ping(int number) {
        byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        if (client == Client.OPEN) {
            writer.control(FrameDecoder.PING, payload, payload.length);
        }
    }

    @Override
    public void onSilence() {
        fail(CloseCode.FAILED, "keepalive ping timeout");
    }

    /** Begins the closing handshake, unless it has begun. */
    private void close(int code, String reason) {
        if (client == Client.OPEN) {
            client = Client.CLOSING;
            keepAlive.stop();
            closeInTime();
            writer.close(CloseCode.frame(channel.alloc(), code, reason));
            readOn();
        }
    }

    /** The client cannot be understood or does not answer: it is told, and nothing that it sends is looked at any more. */
    private void fail(int code, String reason) {
        boolean told = client != Client.OPEN;
        over();
        app.end(code, reason);
        if (told) {
            channel.close();
        } else {
            closeInTime();
            writer.close(CloseCode.frame(channel.alloc(), code, reason)).addListener(written -> endOutput());
        }
    }

    /** Closing a socket with unread bytes would reset it and could take the close frame back from the client. */
    private void endOutput() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    private void closeInTime() {
        if (closeTimer == null && !gone) {
            closeTimer = channel.eventLoop().schedule(() -> channel.close(), CLOSE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void over() {
        client = Client.OVER;
        keepAlive.stop();
        assembler.close();
    }

    /** The client is gone and all that came of it is read. */
    private void end() {
        over();
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
        app.end(CloseCode.LOST, "");
    }
}
