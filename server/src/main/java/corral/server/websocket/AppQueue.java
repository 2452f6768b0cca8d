package corral.server.websocket;

import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Messages on their way to the app, in order: sent at once while the stream has credit, kept otherwise. The end comes after the last of
 * them. Belongs to the connection's event loop.
 */
final class AppQueue {
    /** However few messages, this many bytes are enough to wait with. */
    private static final int FULL_BYTES = 64 * 1024;

    private final WorkerStream stream;
    private final int maxMessages;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private int bytes;
    private int leaveCode;
    private boolean toldToLeave;
    private int endCode;
    private String endReason;
    private boolean ended;

    private record Waiting(boolean text, ByteBuf message) {}

    /** @param maxMessages that wait until {@link #full} */
    AppQueue(WorkerStream stream, int maxMessages) {
        this.stream = stream;
        this.maxMessages = maxMessages;
    }

    /** Whether no more should be read from the client. */
    boolean full() {
        return waiting.size() >= maxMessages || bytes >= FULL_BYTES;
    }

    /** Whether the app's side is over, or will be after the messages that wait. */
    boolean ending() {
        return ended || endCode != 0 || leaveCode != 0;
    }

    /** Sends or keeps a message, which it releases. */
    void add(boolean text, ByteBuf message) {
        if (ending()) {
            message.release();
        } else if (waiting.isEmpty() && stream.credit() > 0) {
            send(text, message);
        } else {
            bytes += message.readableBytes();
            waiting.add(new Waiting(text, message));
        }
    }

    /** The stream has credit again. */
    void onCredit() {
        while (!waiting.isEmpty() && stream.credit() > 0) {
            Waiting first = waiting.poll();
            bytes -= first.message.readableBytes();
            send(first.text, first.message);
        }
        endIfDue();
    }

    /** Asks the app to end, after what waits; what it sends meanwhile is still wanted. */
    void leave(int code) {
        if (!ending()) {
            leaveCode = code;
            endIfDue();
        }
    }

    /** Tells the app that the WebSocket is over, after what waits. Only the first call counts. */
    void end(int code, String reason) {
        if (!ended && endCode == 0) {
            endCode = code;
            endReason = reason;
            endIfDue();
        }
    }

    /** The app's side has ended by itself: nothing more goes there. */
    void clear() {
        ended = true;
        waiting.forEach(each -> each.message.release());
        waiting.clear();
        bytes = 0;
    }

    /** Lets the app send as much more, after it sent something that cost this. */
    void give(int cost) {
        if (!ended) {
            stream.give(cost);
        }
    }

    private void endIfDue() {
        if (ended || !waiting.isEmpty()) {
            return;
        }
        if (endCode != 0) {
            ended = true;
            stream.disconnect(endCode, endReason);
        } else if (leaveCode != 0 && !toldToLeave) {
            toldToLeave = true;
            stream.leave(leaveCode);
        }
    }

    private void send(boolean text, ByteBuf message) {
        if (text) {
            stream.text(message);
        } else {
            stream.binary(message);
        }
    }
}
