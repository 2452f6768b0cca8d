package corral.daemon.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the processes of a group are made whose number may change while it runs: the workers of a server, and those of a program
 * whose names have their number. Templates are equal when number and limits are: what the processes are like is to be seen in
 * the processes. Any thread.
 */
public final class ProcessTemplate {

    /** Makes one process as the configuration describes it; touches no files. */
    @FunctionalInterface
    public interface Maker {

        /**
         * The process of an index.
         *
         * @param index from 0
         * @param total how many there will be
         */
        ProcessConfig make(int index, int total);
    }

    /**
     * Between which numbers the daemon chooses itself.
     *
     * @param least at least 1
     * @param most at least {@code least}
     */
    public record Limits(int least, int most) {}

    private final int number;
    private final Optional<Limits> limits;
    private final List<ProcessConfig> fixed;
    private final Maker maker;

    /**
     * A template.
     *
     * @param number how many there are by the configuration
     * @param limits empty when only people change the number
     * @param fixed processes that there is one of, before all others: the front of a server
     */
    public ProcessTemplate(int number, Optional<Limits> limits, List<ProcessConfig> fixed, Maker maker) {
        this.number = number;
        this.limits = limits;
        this.fixed = List.copyOf(fixed);
        this.maker = maker;
    }

    /** How many there are by the configuration. */
    public int number() {
        return number;
    }

    /** Between which numbers the daemon chooses itself. */
    public Optional<Limits> limits() {
        return limits;
    }

    /** Whether the group has a process of that name whatever the number. */
    public boolean isFixed(String process) {
        return fixed.stream().anyMatch(config -> config.name().equals(process));
    }

    /** So many of them, lowest index first. */
    public List<ProcessConfig> numbered(int total) {
        List<ProcessConfig> processes = new ArrayList<>(total);
        for (int i = 0; i < total; i++) {
            processes.add(maker.make(i, total));
        }
        return processes;
    }

    /** All processes of a group that has so many of them, in the order in which the daemon starts them. */
    List<ProcessConfig> processes(int total) {
        List<ProcessConfig> numbered = numbered(total);
        if (fixed.isEmpty()) {
            numbered.sort(Comparator.comparing(ProcessConfig::name));
        }
        numbered.addAll(0, fixed);
        return List.copyOf(numbered);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessTemplate that && number == that.number && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(number, limits);
    }

    @Override
    public String toString() {
        return "ProcessTemplate[number=" + number + ", limits=" + limits + "]";
    }
}
