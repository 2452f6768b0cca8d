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

    /** Takes note of a client; false if there are too many. */
    boolean add(Channel channel) {
        return open.size() < MAX && open.add(channel);
    }

    void remove(Channel channel) {
        open.remove(channel);
    }

    void closeAll() {
        for (Channel channel : List.copyOf(open)) {
            channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }
}
