package corral.daemon.process;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an earlier daemon has left.
 *
 * @param daemon what it said of itself
 * @param processes what it said of its processes, and what is the case
 */
public record Legacy(DaemonRecord daemon, List<Heir> processes) {

    /** What has become of a process since. */
    public sealed interface Fate {}

    /**
     * Its child runs.
     *
     * @param pid found by what was written, or by a search where the launch had not been written yet
     */
    public record Alive(int pid) implements Fate {}

    /** Its child has ended meanwhile. */
    public record Ended(ExitStatus status) implements Fate {}

    /** It had no child, or was about to get one and did not. */
    public record Childless() implements Fate {}

    /** A process. */
    public record Heir(ProcessRecord record, Fate fate) {}

    /** Paths of the logs that are in use. */
    public Set<String> logs() {
        Set<String> logs = new HashSet<>();
        processes.forEach(heir -> {
            logs.add(heir.record().logs().stdout());
            logs.add(heir.record().logs().stderr());
        });
        logs.remove("");
        return logs;
    }

    /** The process of a number. */
    Optional<Heir> of(int instance) {
        return processes.stream()
                .filter(heir -> heir.record().instance() == instance)
                .findFirst();
    }
}
