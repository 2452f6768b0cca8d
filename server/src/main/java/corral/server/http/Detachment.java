package corral.server.http;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;

/**
 * Takes a client's channel off its event loop, so that nothing here reads from its socket while a worker does, and puts it back. Telling the channel not
 * to read is not enough: it does when the client closes its side. On the connection's event loop.
 */
final class Detachment {
    private final Channel channel;
    private final Runnable closed;
    private Runnable left;
    private boolean heard;
    private boolean leaving;
    private boolean off;

    /** @param closed runs when the channel is closed, if it was ever off: its handlers do not hear of it meanwhile */
    Detachment(Channel channel, Runnable closed) {
        this.channel = channel;
        this.closed = closed;
    }

    /** Whether it is on its event loop, and stays there for now. */
    boolean joined() {
        return !leaving && !off;
    }

    /** Of the socket. */
    int descriptor() {
        return ((UnixChannel) channel).fd().intValue();
    }

    /**
     * Takes it off; only while it is {@link #joined}.
     *
     * @param then runs when nothing reads any more, unless {@link #join} or the channel's end was first
     */
    void leave(Runnable then) {
        if (!heard) {
            heard = true;
            channel.closeFuture().addListener(done -> closed.run());
        }
        left = then;
        leaving = true;
        channel.deregister().addListener(done -> onLeft());
    }

    private void onLeft() {
        leaving = false;
        off = true;
        Runnable then = left;
        left = null;
        if (then == null) {
            join();
        } else if (channel.isOpen()) {
            then.run();
        }
    }

    /** Puts it back if it is off, or about to be. */
    void join() {
        left = null;
        if (off) {
            off = false;
            if (channel.isOpen()) {
                channel.eventLoop().register(channel);
            }
        }
    }
}
