package corral.server.websocket;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Pings an open WebSocket and finds out when nobody answers. Belongs to the connection's event loop. */
final class KeepAlive {
    /** The connection. */
    interface Peer {
        /** Sends a ping with these four bytes. */
        void ping(int number);

        /** Whether what the client sends is being read at all. */
        boolean reads();

        /** There was no answer in time. */
        void onSilence();
    }

    private final EventLoop loop;
    private final Peer peer;
    private final long intervalMs;
    private final long timeoutMs;
    private int number;
    private boolean waiting;
    private boolean heard;
    private Future<?> timer;

    /**
     * @param intervalMs between an answer and the next ping; 0: there are none
     * @param timeoutMs 0: answers are not waited for
     */
    KeepAlive(EventLoop loop, Peer peer, long intervalMs, long timeoutMs) {
        this.loop = loop;
        this.peer = peer;
        this.intervalMs = intervalMs;
        this.timeoutMs = timeoutMs;
    }

    void start() {
        if (intervalMs > 0) {
            timer = loop.schedule(this::ping, intervalMs, TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Bytes came. */
    void heard() {
        heard = true;
    }

    /** A pong with this content came. */
    void pong(byte[] content, int length) {
        boolean answer = length == Integer.BYTES && ByteBuffer.wrap(content).getInt() == number;
        if (waiting && answer) {
            waiting = false;
            stop();
            start();
        }
    }

    private void ping() {
        peer.ping(++number);
        waiting = timeoutMs > 0;
        heard = false;
        if (waiting) {
            timer = loop.schedule(this::check, timeoutMs, TimeUnit.MILLISECONDS);
        } else {
            start();
        }
    }

    private void check() {
        // A pong may be stuck behind a long message, or unread because the app lags: neither means that the client is
        // gone.
        if (heard || !peer.reads()) {
            heard = false;
            timer = loop.schedule(this::check, timeoutMs, TimeUnit.MILLISECONDS);
        } else {
            peer.onSilence();
        }
    }
}
