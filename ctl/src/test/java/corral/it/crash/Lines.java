package corral.it.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of all numbered lines.
 *
 * @param instances processes that wrote
 * @param written lines that those say they have written
 * @param missing lines of them that are in no log, but for {@code unread}
 * @param unread lines that are in no log, of processes that ended while no daemon ran, or just before it was killed: they went
 *     with their FIFO
 * @param orphans how many of those processes
 * @param torn what is no whole line
 * @param doubled lines that are there again
 * @param disordered lines after later ones
 * @param piped processes that ended because nobody could read what they write
 * @param twice processes that ran while another of the same name did
 * @param unaccounted processes that wrote and never noted how much, because they were killed
 * @param bytes in all logs
 * @param oddities the first things that are wrong, for messages
 */
record Lines(
        int instances,
        long written,
        long missing,
        long unread,
        int orphans,
        long torn,
        long doubled,
        long disordered,
        int piped,
        int twice,
        int unaccounted,
        long bytes,
        List<String> oddities) {

    static Lines read(Path dir, List<String> scribes, Outages outages) throws IOException {
        Count count = new Count();
        for (String scribe : scribes) {
            count.add(dir, scribe, outages);
        }
        return count.lines();
    }

    /** Whether nothing is wrong but what could not be helped. */
    boolean clean() {
        return missing + torn + doubled + disordered + piped + twice + unaccounted == 0;
    }

    private static final class Count {
        private int instances;
        private long written;
        private long missing;
        private long unread;
        private int orphans;
        private long torn;
        private long doubled;
        private long disordered;
        private int piped;
        private int twice;
        private int unaccounted;
        private long bytes;
        private final List<String> oddities = new ArrayList<>();

        void add(Path dir, String scribe, Outages outages) throws IOException {
            LineLog log = LineLog.read(Fleet.log(dir, scribe));
            List<Ending> endings = Ending.read(dir, scribe);
            int silent = 0;
            for (Ending ending : endings) {
                int found = log.found(ending.pid(), ending.lines());
                int lost = ending.lines() - found;
                silent += found == 0 ? 1 : 0;
                written += ending.lines();
                piped += ending.byPipe() ? 1 : 0;
                if (lost > 0 && outages.contain(ending.endedNs())) {
                    unread += lost;
                    orphans++;
                } else if (lost > 0) {
                    missing += lost;
                    oddities.add(
                            scribe + " " + ending + ": " + lost + " missing, ended" + outages.place(ending.endedNs()));
                }
            }
            instances += Math.max(endings.size(), log.writers());
            unaccounted += Math.max(0, log.writers() - (endings.size() - silent));
            twice += Ending.twice(dir, scribe);
            torn += log.torn();
            doubled += log.doubled();
            disordered += log.disordered();
            bytes += log.bytes();
            log.oddities().forEach(text -> oddities.add(scribe + ": " + text));
        }

        Lines lines() {
            return new Lines(
                    instances,
                    written,
                    missing,
                    unread,
                    orphans,
                    torn,
                    doubled,
                    disordered,
                    piped,
                    twice,
                    unaccounted,
                    bytes,
                    List.copyOf(oddities));
        }
    }
}
