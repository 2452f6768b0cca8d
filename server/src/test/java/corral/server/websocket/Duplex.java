package corral.server.websocket;

import corral.server.frames.ResponseHead;
import corral.server.options.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An accepted WebSocket between a client's channel and a worker's stream, both played by the test; time stands still. */
final class Duplex implements AutoCloseable {
    static final WebSocketOptions DEFAULTS = new WebSocketOptions(true, 1 << 20, 32, 20_000, 20_000, true);

    final EmbeddedChannel channel = new EmbeddedChannel();
    final FakeStream stream = new FakeStream();
    final WebSocketSession session;
    private final WebSockets shared;

    Duplex() {
        this(DEFAULTS, null);
    }

    Duplex(WebSocketOptions options, DeflateParameters deflate) {
        this(options, deflate, new byte[0]);
    }

    Duplex(WebSocketOptions options, DeflateParameters deflate, byte[] first) {
        channel.freezeTime();
        shared = new WebSockets(options, 60_000);
        Upgrade upgrade = new Upgrade() {
            @Override
            public Channel channel() {
                return channel;
            }

            @Override
            public void writeCommonHeaders(ByteBuf out, ResponseHead app) {
                out.writeCharSequence("server: corral\r\n", StandardCharsets.US_ASCII);
            }

            @Override
            public ByteBuf switchTo(ChannelHandler session) {
                channel.pipeline().addLast(session);
                return Unpooled.copiedBuffer(first);
            }
        };
        session = shared.accept(
                upgrade, new Handshake("abc=", deflate), stream, "chat", ResponseHead.of(0, "X-App", "1"));
    }

    /** The response to the handshake. */
    String response() {
        ByteBuf response = channel.readOutbound();
        String text = response.toString(StandardCharsets.US_ASCII);
        response.release();
        return text;
    }

    /** Skips the response to the handshake. */
    Duplex accepted() {
        response();
        return this;
    }

    /** The client sends bytes. */
    Duplex sends(byte[]... bytes) {
        for (byte[] each : bytes) {
            if (!channel.isOpen()) {
                return this;
            }
            channel.writeInbound(Unpooled.copiedBuffer(each));
        }
        channel.runPendingTasks();
        return this;
    }

    /** The app sends text. */
    void appSends(String text) {
        session.onMessage(true, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        channel.runPendingTasks();
    }

    /** What the client got since the last call. */
    ByteBuf bytes() {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    /** What the client got since the last call, as frames. */
    List<String> got() {
        return new ArrayList<>(Wire.frames(bytes()));
    }

    void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        session.onAppClosed(1000, "");
        shared.close();
    }
}
