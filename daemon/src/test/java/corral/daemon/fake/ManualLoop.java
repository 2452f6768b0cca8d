package corral.daemon.fake;

import corral.daemon.loop.Loop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A loop without a thread: the test turns it and moves the clock. */
public final class ManualLoop implements Loop {

    private record Deadline(long atNs, long order, Runnable event) {}

    private final ArrayDeque<Runnable> events = new ArrayDeque<>();
    private final Map<Object, Deadline> deadlines = new HashMap<>();
    private long nowNs = TimeUnit.HOURS.toNanos(1);
    private long epochMs = 1_795_235_445_000L;
    private long orders;
    private long lostNs;

    @Override
    public void post(String name, Runnable event) {
        events.add(event);
    }

    @Override
    public void at(Object key, long deadlineNs, String name, Runnable event) {
        deadlines.put(key, new Deadline(deadlineNs, orders++, event));
    }

    @Override
    public void cancel(Object key) {
        deadlines.remove(key);
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public long epochMs() {
        return epochMs;
    }

    @Override
    public boolean onLoop() {
        return true;
    }

    /** Runs what is queued and due, without moving the clock. */
    public void turn() {
        while (true) {
            Runnable event = events.poll();
            if (event == null) {
                event = takeDue();
            }
            if (event == null) {
                return;
            }
            event.run();
        }
    }

    /** Runs at most so many of the events that are queued or due. */
    public void turn(int most) {
        for (int i = 0; i < most; i++) {
            Runnable event = events.isEmpty() ? takeDue() : events.poll();
            if (event == null) {
                return;
            }
            event.run();
        }
    }

    /** Nothing is queued or due any more. */
    public void forget() {
        events.clear();
        deadlines.clear();
    }

    /** Moves both clocks on, stopping at each deadline on the way. */
    public void advance(long amount, TimeUnit unit) {
        turn();
        long target = nowNs + unit.toNanos(amount);
        while (true) {
            Deadline next = earliest();
            if (next == null || next.atNs > target) {
                break;
            }
            move(Math.max(next.atNs, nowNs));
            turn();
        }
        move(target);
        turn();
    }

    /** Moves both clocks on as they move for a loop that is stopped: what would have been due waits. */
    public void lose(long amount, TimeUnit unit) {
        move(nowNs + unit.toNanos(amount));
        lostNs += unit.toNanos(amount);
        turn();
    }

    @Override
    public long lostNs() {
        return lostNs;
    }

    /** Sets the wall clock without touching the monotonic one, as an administrator would. */
    public void setWallClock(long epochMs) {
        this.epochMs = epochMs;
    }

    /** How many deadlines wait. */
    public int deadlines() {
        return deadlines.size();
    }

    private void move(long toNs) {
        epochMs += TimeUnit.NANOSECONDS.toMillis(toNs - nowNs);
        nowNs = toNs;
    }

    private Deadline earliest() {
        return deadlines.values().stream()
                .min((a, b) -> a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.order, b.order))
                .orElse(null);
    }

    private Runnable takeDue() {
        Deadline first = earliest();
        if (first == null || first.atNs > nowNs) {
            return null;
        }
        deadlines.values().remove(first);
        return first.event;
    }
}
