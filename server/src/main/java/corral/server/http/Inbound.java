package corral.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** What a client has sent and nobody has taken yet, and whether more is read. On the connection's event loop. */
final class Inbound {
    private static final int ROOM = 16 * 1024;

    private final ChannelHandlerContext channel;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private boolean paused;

    Inbound(ChannelHandlerContext channel) {
        this.channel = channel;
    }

    /** Appends what was read. */
    void add(ByteBuf read) {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = read;
            return;
        }
        ByteBuf joined = channel.alloc().directBuffer(bytes.readableBytes() + Math.max(read.readableBytes(), ROOM));
        joined.writeBytes(bytes).writeBytes(read);
        bytes.release();
        read.release();
        bytes = joined;
    }

    /** For taking from. */
    ByteBuf bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return !bytes.isReadable();
    }

    int size() {
        return bytes.readableBytes();
    }

    /** Gives back memory that is not needed any more. */
    void trim() {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = Unpooled.EMPTY_BUFFER;
        }
    }

    /** Hands everything over to the caller. */
    ByteBuf takeAll() {
        ByteBuf all = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return all;
    }

    /** Throws everything away; returns how much that was. */
    int clear() {
        int size = bytes.readableBytes();
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
        return size;
    }

    /** Reads no more until {@link #resume}. */
    void pause() {
        if (!paused) {
            paused = true;
            read(false);
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            read(true);
        }
    }

    /** Of a channel that is closed its handlers may hear later than this; then it is not to be asked. */
    private void read(boolean on) {
        if (channel.channel().isOpen()) {
            channel.channel().config().setAutoRead(on);
        }
    }

    boolean paused() {
        return paused;
    }
}
