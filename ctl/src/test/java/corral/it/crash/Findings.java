package corral.it.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was wrong with the processes, by kind. For one thread. */
final class Findings {
    enum What {
        /** A process that ran before is another one or none now. */
        LOST("lost or replaced", true),
        DOUBLED("two at once, at most", false),
        /** A process that nobody answers for. */
        UNKNOWN("unknown, at most", false),
        /** It says that it has started at another time. */
        UPTIME("uptime lost", true),
        /** It is not in the state in which it has to be. */
        STATE("in a wrong state", true);

        private final String title;
        private final boolean event;

        /** {@code event}: seen once, it is not there the next time, so that all that are seen count. */
        What(String title, boolean event) {
            this.title = title;
            this.event = event;
        }

        String title() {
            return title;
        }
    }

    private final Map<What, Integer> counts = new EnumMap<>(What.class);
    private final List<String> texts = new ArrayList<>();

    void add(What what, String text) {
        counts.merge(what, 1, Integer::sum);
        texts.add(what.title() + ": " + text);
    }

    /** Adds what is wrong at the same moment. */
    void and(Findings others) {
        others.counts.forEach((what, count) -> counts.merge(what, count, Integer::sum));
        texts.addAll(others.texts);
    }

    /** Adds what is wrong at a later moment. */
    void then(Findings others) {
        others.counts.forEach((what, count) -> counts.merge(what, count, what.event ? Integer::sum : Math::max));
        texts.addAll(others.texts);
    }

    int count(What what) {
        return counts.getOrDefault(what, 0);
    }

    boolean none() {
        return counts.isEmpty();
    }

    List<String> texts() {
        return texts;
    }

    @Override
    public String toString() {
        return String.join("; ", texts);
    }
}
