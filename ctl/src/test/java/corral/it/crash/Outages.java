package corral.it.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** When no daemon answered. For one thread. */
final class Outages {
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

    boolean contain(long ns) {
        return all.stream().anyMatch(outage -> outage.fromNs() <= ns && ns <= outage.toNs());
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
