package corral.daemon.loop;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop of production: one thread that sleeps until an event is posted or a deadline is due. */
public final class ThreadLoop implements Loop {
    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);
    private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Who wakes up so much later than it wanted was stopped, or the machine was. */
    private static final long GAP_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** In this time the other threads say what has happened meanwhile: a process that has ended is not to be killed, for instance. */
    private static final long CATCH_UP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private record Event(String name, Runnable body) {}

    private final Clock clock;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Deadlines deadlines = new Deadlines();
    private final Thread thread;
    private long turnNs;
    private long lostNs;
    private boolean catchingUp;
    private long caughtUpNs;
    private volatile boolean stopped;

    /** A loop that {@link #start} sets going. */
    public ThreadLoop(Clock clock) {
        this.clock = clock;
        this.thread = new Thread(null, this::run, "loop");
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends the thread after the event that is running; what is queued is dropped. Any thread. */
    public void stop() {
        stopped = true;
        post("stop", () -> {});
    }

    /** Waits until the thread has ended. */
    public void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public void post(String name, Runnable event) {
        events.add(new Event(name, event));
    }

    @Override
    public void at(Object key, long deadlineNs, String name, Runnable event) {
        deadlines.set(key, deadlineNs, name, event);
    }

    @Override
    public void cancel(Object key) {
        deadlines.cancel(key);
    }

    @Override
    public long nowNs() {
        return clock.nanoTime();
    }

    @Override
    public long epochMs() {
        return clock.epochMillis();
    }

    @Override
    public long lostNs() {
        return lostNs;
    }

    @Override
    public boolean onLoop() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        turnNs = clock.nanoTime();
        while (!stopped) {
            long now = clock.nanoTime();
            noticeGap(now);
            Deadlines.Due due = catchingUp ? null : deadlines.poll(now);
            if (due != null) {
                execute(due.name(), due.event());
                continue;
            }
            Event event = next(catchingUp ? caughtUpNs - now : deadlines.untilNextNs(now));
            if (event != null) {
                // Before it moves the deadline by which the gap shows.
                noticeGap(clock.nanoTime());
                execute(event.name(), event.body());
            }
        }
    }

    /** After a gap, what has happened in it goes before the deadlines that have passed in it. */
    private void noticeGap(long now) {
        long late = deadlines.lateNs(turnNs, now);
        turnNs = now;
        if (late > GAP_NS) {
            lostNs += late;
            catchingUp = true;
            caughtUpNs = now + CATCH_UP_NS;
            log.warn(
                    "the daemon did not run for {} s (SIGSTOP, suspend or no CPU time): watchdogs and health checks begin anew",
                    TimeUnit.NANOSECONDS.toMillis(late) / 1000.0);
        } else if (catchingUp && now - caughtUpNs >= 0) {
            catchingUp = false;
        }
    }

    private Event next(long waitNs) {
        try {
            return waitNs == Long.MAX_VALUE ? events.take() : events.poll(waitNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts the loop; should it happen, only stop() may end it.
            return null;
        }
    }

    /** One failing event must never stop the others: children would be left without a supervisor. */
    private void execute(String name, Runnable body) {
        long start = clock.nanoTime();
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            log.error("event '{}' failed", name, e);
        }
        long tookNs = clock.nanoTime() - start;
        if (tookNs > SLOW_NS) {
            log.debug("event '{}' took {} ms", name, TimeUnit.NANOSECONDS.toMillis(tookNs));
        }
    }
}
