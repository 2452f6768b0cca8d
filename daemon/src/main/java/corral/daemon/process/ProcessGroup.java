package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ServerRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An active group: one process per name, and those that were replaced and have not ended yet. Loop thread.
 */
final class ProcessGroup {

    /** Lowest priority number first; equals keep their order. */
    static final Comparator<ManagedProcess> BY_PRIORITY =
            Comparator.comparingInt(process -> process.config().priority());

    private final List<ManagedProcess> processes;
    private final List<ManagedProcess> retired = new ArrayList<>();
    private GroupConfig config;

    /**
     * A group.
     *
     * @param config what it was made from
     * @param processes in the order of daemon start (spec/supervisor.md 3.5)
     */
    ProcessGroup(GroupConfig config, List<ManagedProcess> processes) {
        this.config = config;
        this.processes = new ArrayList<>(processes);
    }

    /** What it was made from. */
    GroupConfig config() {
        return config;
    }

    /** What it runs with from now on. */
    void config(GroupConfig next) {
        config = next;
    }

    /** Those that have a name, in the order of daemon start. */
    List<ManagedProcess> processes() {
        return List.copyOf(processes);
    }

    /** Those that have been replaced and have not ended yet. */
    List<ManagedProcess> retired() {
        return List.copyOf(retired);
    }

    /** The successor takes the name; the old one counts as retired until {@link #forget}. */
    void replace(ManagedProcess old, ManagedProcess successor) {
        processes.set(processes.indexOf(old), successor);
        retired.add(old);
    }

    /** One more, at the end. */
    void add(ManagedProcess process) {
        processes.add(process);
    }

    /** It has ended, or is not wanted any more; its name is free. */
    void forget(ManagedProcess process) {
        processes.remove(process);
        retired.remove(process);
    }

    String name() {
        return config.name();
    }

    Optional<ManagedProcess> find(String name) {
        return processes.stream().filter(process -> process.name().equals(name)).findFirst();
    }

    /**
     * The front of the server that a process is a worker of: stopped with it, the worker waits for its end, because the front
     * still needs it to finish what it has. Empty for all others.
     */
    Optional<ManagedProcess> frontOf(ManagedProcess process) {
        if (!(process.config().additions().role().orElse(null) instanceof ServerRole.Worker)) {
            return Optional.empty();
        }
        return processes.stream()
                .filter(p -> p.config().additions().role().orElse(null) instanceof ServerRole.Front)
                .findFirst();
    }

    List<ManagedProcess> byPriority() {
        return processes.stream().sorted(BY_PRIORITY).toList();
    }

    boolean isStopped() {
        return retired.isEmpty()
                && processes.stream().allMatch(process -> process.state().isStopped());
    }
}
