package corral.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The clients of all servers. Limited, since each holds a descriptor that starting a program may need. Event loop only. */
final class Connections {
    private static final int MAX = 512;

    private final Set<Channel> open = new HashSet<>();
    private boolean paused;

    /** Takes note of a client; false if there are too many. */
    boolean add(Channel channel) {
        return open.size() < MAX && open.add(channel);
    }

    void remove(Channel channel) {
        open.remove(channel);
    }

    /** Whether a client is let go once it has its answer. */
    boolean isPaused() {
        return paused;
    }

    /** From now on clients are let go once they have their answers; those who wait for none at once. */
    void pause() {
        paused = true;
        List.copyOf(open)
                .forEach(channel -> channel.pipeline().get(Connection.class).onPause());
    }

    void resume() {
        paused = false;
    }

    /** Clients with a request to which no answer has begun. */
    int busy() {
        return (int) open.stream()
                .filter(channel -> channel.pipeline().get(Connection.class).isBusy())
                .count();
    }

    void closeAll() {
        for (Channel channel : List.copyOf(open)) {
            channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }
}
