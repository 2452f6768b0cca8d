package corral.daemon.loop;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** Deadlines by key, earliest first; equal times run in the order in which they were set. Loop thread only. */
final class Deadlines {

    private record Entry(Object key, long atNs, long order, String name, Runnable event) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            // Differences, not values: nanoTime may wrap.
            int byTime = Long.compare(atNs - other.atNs, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** An event that is due. */
    record Due(String name, Runnable event) {}

    private final Map<Object, Entry> byKey = new HashMap<>();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private long orders;

    void set(Object key, long atNs, String name, Runnable event) {
        cancel(key);
        Entry entry = new Entry(key, atNs, orders++, name, event);
        byKey.put(key, entry);
        queue.add(entry);
    }

    void cancel(Object key) {
        Entry entry = byKey.remove(key);
        if (entry != null) {
            queue.remove(entry);
        }
    }

    /** Nanoseconds until the earliest deadline, at least 0; {@link Long#MAX_VALUE} when there is none. */
    long untilNextNs(long nowNs) {
        Entry first = queue.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.atNs - nowNs);
    }

    /** Nanoseconds that have passed since the earliest deadline or, if that was later, since a moment; at most 0 when none is due. */
    long lateNs(long sinceNs, long nowNs) {
        Entry first = queue.peek();
        return first == null ? 0 : Math.min(nowNs - first.atNs, nowNs - sinceNs);
    }

    /** Takes out the earliest deadline if it is due, else null. */
    Due poll(long nowNs) {
        Entry first = queue.peek();
        if (first == null || first.atNs - nowNs > 0) {
            return null;
        }
        queue.remove();
        byKey.remove(first.key);
        return new Due(first.name, first.event);
    }

    /** How many deadlines wait. */
    int size() {
        return byKey.size();
    }
}
