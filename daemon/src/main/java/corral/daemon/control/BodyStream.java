package corral.daemon.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** The body of an answer that is sent in pieces. Event loop only. */
final class BodyStream {
    private final Connection connection;
    private final Channel channel;
    private final boolean keepAlive;
    private Runnable onWritable = () -> {};
    private Runnable onClosed = () -> {};
    private boolean open = true;

    BodyStream(Connection connection, Channel channel, boolean keepAlive) {
        this.connection = connection;
        this.channel = channel;
        this.keepAlive = keepAlive;
    }

    /** Sets what to run when the client can take more again, and when it has gone. */
    void listen(Runnable writable, Runnable closed) {
        onWritable = writable;
        onClosed = closed;
    }

    /** Whether the client is there and the end was not sent. */
    boolean isOpen() {
        return open;
    }

    /** Whether the client keeps up; if not, {@code writable} will be run. */
    boolean isWritable() {
        return channel.isWritable();
    }

    void write(byte[] bytes) {
        connection.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }

    /** Sends the end. */
    void end() {
        open = false;
        connection.finish(LastHttpContent.EMPTY_LAST_CONTENT, keepAlive);
    }

    /** Gives up in the middle: the client sees a cut connection instead of a whole answer. */
    void abort() {
        open = false;
        connection.cut();
    }

    void onWritabilityChanged() {
        if (open && channel.isWritable()) {
            onWritable.run();
        }
    }

    void onDisconnected() {
        if (open) {
            open = false;
            onClosed.run();
        }
    }
}
