package corral.server.http;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at all connections of an event loop ten times a second for what has timed out: cheaper than a timer per request. On that event
 * loop.
 */
final class Sweep {
    private static final long PERIOD_MS = 100;

    private final Set<HttpConnection> connections = Collections.newSetFromMap(new IdentityHashMap<>());

    Sweep(EventLoop loop) {
        loop.scheduleAtFixedRate(this::sweep, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    void add(HttpConnection connection) {
        connections.add(connection);
    }

    void remove(HttpConnection connection) {
        connections.remove(connection);
    }

    void forEach(Consumer<HttpConnection> action) {
        new ArrayList<>(connections).forEach(action);
    }

    private void sweep() {
        long now = System.nanoTime();
        ArrayList<HttpConnection> due = null;
        for (HttpConnection connection : connections) {
            if (connection.isDue(now)) {
                due = due == null ? new ArrayList<>() : due;
                due.add(connection);
            }
        }
        if (due != null) {
            due.forEach(HttpConnection::onDeadline);
        }
    }
}
