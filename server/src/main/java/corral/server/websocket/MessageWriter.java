package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Frames on their way to the client. What one wakeup brings is flushed together; the app's credit comes back as the client takes what was
 * sent, and a client that takes nothing is cut. Belongs to the connection's event loop.
 */
final class MessageWriter {
    private final Channel channel;
    private final AppQueue app;
    private final Compression compression;
    private final int windowBits;
    private final long sendMs;
    private final Runnable flush = this::flush;
    private boolean flushing;
    private long owed;
    private Future<?> sendTimer;
    private long unsent;

    /** @param deflate null if messages are not compressed */
    MessageWriter(Channel channel, AppQueue app, WebSockets shared, DeflateParameters deflate) {
        this.channel = channel;
        this.app = app;
        this.compression = deflate == null ? null : shared.compression();
        this.windowBits = deflate == null ? 0 : deflate.serverWindowBits();
        this.sendMs = shared.sendMs();
    }

    /** Sends a message of the app, which it releases. */
    void message(int opcode, ByteBuf message) {
        owed += cost(message);
        ByteBuf smaller = compression == null ? null : compression.compress(channel.alloc(), message, windowBits);
        if (smaller == null) {
            frame(opcode, false, message);
        } else {
            message.release();
            frame(opcode, true, smaller);
        }
        flushLater();
    }

    /** What a message takes of a stream's credit (PROTOCOL.md, "Credit"). */
    static int cost(ByteBuf message) {
        return message.readableBytes() + 32;
    }

    /** Sends a ping or pong. */
    void control(int opcode, byte[] payload, int length) {
        ByteBuf frame = FrameEncoder.header(channel.alloc(), opcode, false, length);
        channel.write(frame.writeBytes(payload, 0, length), channel.voidPromise());
        flushLater();
    }

    /** Sends a close frame at once; nothing may follow. */
    ChannelFuture close(ByteBuf frame) {
        return channel.writeAndFlush(frame);
    }

    /** The channel can take more, or no more. */
    void onWritabilityChanged() {
        if (channel.isWritable()) {
            giveOwed();
            if (sendTimer != null) {
                sendTimer.cancel(false);
                sendTimer = null;
            }
        } else if (sendMs > 0 && sendTimer == null) {
            watch();
        }
    }

    /** The channel is closed. An app that waits in send() is let go on, for it may have messages to receive before it hears of the end. */
    void stop() {
        giveOwed();
        if (sendTimer != null) {
            sendTimer.cancel(false);
        }
    }

    private void frame(int opcode, boolean compressed, ByteBuf payload) {
        int length = payload.readableBytes();
        ByteBuf frame = FrameEncoder.header(channel.alloc(), opcode, compressed, length);
        if (length <= FrameEncoder.COPIED) {
            frame.writeBytes(payload);
            payload.release();
            channel.write(frame, channel.voidPromise());
        } else {
            channel.write(frame, channel.voidPromise());
            channel.write(payload, channel.voidPromise());
        }
    }

    private void flushLater() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
        if (channel.isWritable()) {
            giveOwed();
        }
    }

    private void giveOwed() {
        while (owed > 0) {
            int part = (int) Math.min(owed, Integer.MAX_VALUE);
            owed -= part;
            app.give(part);
        }
    }

    private void watch() {
        unsent = channel.bytesBeforeWritable();
        sendTimer = channel.eventLoop()
                .schedule(
                        () -> {
                            if (channel.bytesBeforeWritable() >= unsent) {
                                channel.close();
                            } else {
                                watch();
                            }
                        },
                        sendMs,
                        TimeUnit.MILLISECONDS);
    }
}
