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

    /** What runs may finish. */
    void gracefully() {
        if (begun.compareAndSet(false, true)) {
            try {
                front.stop();
            } catch (InterruptedException e) {
                LOG.error("interrupted while stopping", e);
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What runs is cut. */
    void quickly() {
        front.hurry();
        gracefully();
    }
}
