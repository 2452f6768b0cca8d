package corral.daemon.process;

import corral.daemon.config.ProcessTemplate.Limits;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Decides how many workers a server needs, from what its front says of their load. Is asked once a second.
 *
 * <p>Up soon and down late: too few workers make clients wait, too many cost memory only. A worker of an ASGI application counts as
 * busy as soon as it has one request, although it could take more, so one leaves only when those that stay would be half idle.
 * Knows no clock and no processes; loop thread.
 */
final class Autoscaler {
    /** A request that waited longer than that for a worker came too late to too few of them, in milliseconds. */
    static final long SLOW_QUEUE_MS = 50;
    /** Beyond this share of their places in use, the workers are about to be too few. */
    static final double BUSY = 0.80;
    /** It must have been so for that many looks one after the other. */
    static final int LOOKS_UP = 3;
    /** Between a step up and the next step. */
    static final long STEP_NS = TimeUnit.SECONDS.toNanos(2);
    /** A queue shorter than that is none, in milliseconds. */
    static final long NO_QUEUE_MS = 5;
    /** One may leave when what is to be done would fill less than that share of the others. */
    static final double IDLE = 0.5;
    /** It must have been so for that long. */
    static final long IDLE_NS = TimeUnit.SECONDS.toNanos(60);
    /** After a step up: load comes in waves. */
    static final long CALM_NS = TimeUnit.SECONDS.toNanos(120);

    /**
     * Another number.
     *
     * @param reason for the log
     */
    record Step(int workers, String reason) {}

    private int busyLooks;
    private long idleSinceNs;
    private boolean idle;
    private boolean hasStepped;
    private boolean hasGrown;
    private long lastStepNs;
    private long lastUpNs;

    /**
     * One look.
     *
     * @param load what the front said last
     * @param workers how many there are, ready or not
     * @param settled whether none is starting or leaving
     * @return the number there should be from now on, one more or one fewer; empty for as many as there are
     */
    Optional<Step> look(Load load, Limits limits, int workers, boolean settled, long nowNs) {
        boolean tooBusy = load.queueMs() > SLOW_QUEUE_MS || load.busy() > BUSY;
        busyLooks = tooBusy ? busyLooks + 1 : 0;
        boolean tooMany = load.queueMs() < NO_QUEUE_MS && load.busy() * load.workers() < IDLE * (load.workers() - 1);
        if (!tooMany || !idle) {
            idleSinceNs = nowNs;
        }
        idle = tooMany;
        if (!settled || (hasStepped && nowNs - lastStepNs < STEP_NS)) {
            return Optional.empty();
        }
        if (busyLooks >= LOOKS_UP && workers < limits.most()) {
            lastUpNs = nowNs;
            hasGrown = true;
            return step(workers + 1, load, nowNs);
        }
        boolean calm = !hasGrown || nowNs - lastUpNs >= CALM_NS;
        if (idle && calm && nowNs - idleSinceNs >= IDLE_NS && workers > limits.least()) {
            return step(workers - 1, load, nowNs);
        }
        return Optional.empty();
    }

    /** The number has been changed by somebody else, or the front has: what was seen so far says nothing any more. */
    void forget() {
        busyLooks = 0;
        idle = false;
    }

    private Optional<Step> step(int workers, Load load, long nowNs) {
        forget();
        hasStepped = true;
        lastStepNs = nowNs;
        return Optional.of(new Step(workers, reason(load)));
    }

    private static String reason(Load load) {
        return String.format(
                Locale.ROOT,
                "%d of %d workers' places in use %.0f %%, requests waited up to %d ms",
                Math.round(load.busy() * load.workers()),
                load.workers(),
                load.busy() * 100,
                load.queueMs());
    }
}
