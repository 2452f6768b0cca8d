package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ServerRole;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An active group.
 *
 * @param config what it was made from
 * @param processes in the order of daemon start (spec/supervisor.md 3.5)
 */
record ProcessGroup(GroupConfig config, List<ManagedProcess> processes) {

    /** Lowest priority number first; equals keep their order. */
    static final Comparator<ManagedProcess> BY_PRIORITY =
            Comparator.comparingInt(process -> process.config().priority());

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
        return processes.stream().allMatch(process -> process.state().isStopped());
    }
}
