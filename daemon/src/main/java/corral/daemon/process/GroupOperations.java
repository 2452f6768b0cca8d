package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What replaces processes of a group on request, one operation after another. Loop thread. */
final class GroupOperations {
    private final Supervisor supervisor;

    GroupOperations(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Begins an operation when those of the group before it are over. Refused: BAD_NAME, also if the group has gone by then; SHUTDOWN_STATE. */
    <T> CompletableFuture<T> submit(String group, Function<ProcessGroup, CompletableFuture<T>> operation) {
        if (supervisor.group(group).isEmpty()) {
            return Refused.of(Refusal.BAD_NAME, group);
        }
        return supervisor
                .queue()
                .submit(group, () -> begin(group, operation))
                // Who asked for a successor meanwhile has waited.
                .whenComplete((ok, error) -> supervisor.replacements().goOn());
    }

    private <T> CompletableFuture<T> begin(String group, Function<ProcessGroup, CompletableFuture<T>> operation) {
        if (supervisor.state() != SupervisorState.RUNNING) {
            return Refused.of(Refusal.SHUTDOWN_STATE, "");
        }
        return supervisor.group(group).map(operation).orElseGet(() -> Refused.of(Refusal.BAD_NAME, group));
    }

    /** Every rolling process but the front gives way to a new one: what they are forked from first. */
    CompletableFuture<Void> reload(ProcessGroup group) {
        List<ProcessConfig> targets = group.processes().stream()
                .map(ManagedProcess::config)
                .filter(config -> config.additions().isRolling() && !(role(config) instanceof ServerRole.Front))
                .sorted(Comparator.comparing(config -> !(role(config) instanceof ServerRole.Template)))
                .toList();
        if (targets.isEmpty()) {
            return Refused.of(Refusal.FAILED, group.name() + ": no process of it is rolling; use restart");
        }
        return roll(group, targets);
    }

    /** The front gives way to a new one on the same listening sockets. */
    CompletableFuture<Void> upgrade(ProcessGroup group) {
        Optional<ManagedProcess> front = group.front();
        if (front.isEmpty()) {
            return Refused.of(Refusal.FAILED, group.name() + " has no front: it is no server");
        }
        if (front.get().state() == State.STOPPED || front.get().state() == State.STOPPING) {
            return Refused.of(Refusal.FAILED, front.get().namespec() + " is stopped");
        }
        return roll(group, List.of(front.get().config()));
    }

    /**
     * Gives processes of a group other settings, each by a successor; for the turn of an operation.
     *
     * @param targets what they are to be, in this order; what others are forked from comes before them
     */
    CompletableFuture<Void> roll(ProcessGroup group, List<ProcessConfig> targets) {
        return supervisor.replacements().roll(group, targets);
    }

    private static ServerRole role(ProcessConfig config) {
        return config.additions().role().orElse(null);
    }
}
