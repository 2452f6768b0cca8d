package corral.it.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** When no daemon answered. For one thread. */
final class Outages {
    private static final long NEAR_NS = 3_000_000_000L;
    /** A busy machine lets a daemon wait that long for what is in a pipe. */
    private static final long UNREAD_NS = 200_000_000;

    private final List<Outage> all = new ArrayList<>();

    /**
     * From a kill to the next answer.
     *
     * @param kills how many daemons were killed until then
     */
    record Outage(long fromNs, long toNs, int kills) {
        double seconds() {
            return (toNs - fromNs) / 1e9;
        }
    }

    void add(long fromNs, long toNs, int kills) {
        all.add(new Outage(fromNs, toNs, kills));
    }

    /** Whether nobody may have read what was written at that moment: there was no daemon, or it was killed before it came to that. */
    boolean contain(long ns) {
        return all.stream().anyMatch(outage -> outage.fromNs() - UNREAD_NS <= ns && ns <= outage.toNs());
    }

    /** Where a moment lies, for messages. */
    String place(long ns) {
        StringBuilder text = new StringBuilder();
        for (Outage outage : all) {
            if (Math.abs(ns - outage.fromNs()) < NEAR_NS || Math.abs(ns - outage.toNs()) < NEAR_NS) {
                text.append(" ")
                        .append((ns - outage.fromNs()) / 1_000_000)
                        .append(" ms after a kill, ")
                        .append((ns - outage.toNs()) / 1_000_000)
                        .append(" ms after the answer of the next;");
            }
        }
        return text.toString();
    }

    int count() {
        return all.size();
    }

    /** Of those in which one daemon only was killed, in seconds. */
    double median() {
        List<Double> sorted = simple();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** Likewise. */
    double longest() {
        List<Double> sorted = simple();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() - 1);
    }

    private List<Double> simple() {
        List<Double> seconds = new ArrayList<>();
        all.stream().filter(outage -> outage.kills() == 1).forEach(outage -> seconds.add(outage.seconds()));
        Collections.sort(seconds);
        return seconds;
    }
}
