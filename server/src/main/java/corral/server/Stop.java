package corral.server;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the front, asked for once or more often. Any thread. */
final class Stop {
    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final Front front;
    private final AtomicBoolean begun = new AtomicBoolean();

    Stop(Front front) {
        this.front = front;
    }

    /** Another front goes on with the same sockets. */
    void handOver() {
        begin(true);
    }

    /** What runs may finish. */
    void gracefully() {
        if (!begin(false)) {
            front.closeIdle();
        }
    }

    private boolean begin(boolean handOver) {
        boolean first = begun.compareAndSet(false, true);
        if (first) {
            try {
                front.stop(handOver);
            } catch (InterruptedException e) {
                LOG.error("interrupted while stopping", e);
                Thread.currentThread().interrupt();
            }
        }
        return first;
    }

    /** What runs is cut. */
    void quickly() {
        front.hurry();
        gracefully();
    }
}
