package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a group another configuration while it goes on working; one operation of its {@link GroupQueue}. Loop thread. */
final class Updating {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Supervisor supervisor;
    private final GroupOperations operations;

    Updating(Supervisor supervisor, GroupOperations operations) {
        this.supervisor = supervisor;
        this.operations = operations;
    }

    /**
     * Applies what was read last, where it differs.
     *
     * @return false, and nothing has been done, when that takes a restart of the group
     */
    CompletableFuture<Boolean> update(ProcessGroup group) {
        return apply(group, process -> false);
    }

    /** The same, and every rolling process but the front is replaced in any case. */
    CompletableFuture<Boolean> renew(ProcessGroup group) {
        return apply(group, process -> process.additions().isRolling() && !isFront(process));
    }

    private CompletableFuture<Boolean> apply(ProcessGroup group, Predicate<ProcessConfig> always) {
        Optional<GroupConfig> read = supervisor.read(group.name());
        if (read.isEmpty()) {
            return Refused.of(Refusal.BAD_NAME, group.name());
        }
        List<ProcessConfig> wanted = supervisor.numbers().applied(read.get()).processes();
        if (!canRoll(group, read.get(), wanted)) {
            log.info("'{}' must be restarted for its new settings", group.name());
            return CompletableFuture.completedFuture(false);
        }
        List<ProcessConfig> targets = wanted.stream()
                .filter(process -> group.find(process.name())
                        .filter(old -> always.test(process) || !old.config().equals(process))
                        .isPresent())
                .toList();
        List<ProcessConfig> fronts = targets.stream().filter(Updating::isFront).toList();
        List<ProcessConfig> others =
                targets.stream().filter(process -> !isFront(process)).toList();
        return roll(group, fronts)
                .thenCompose(done -> roll(group, others))
                .thenCompose(done -> renumber(group, read.get(), wanted))
                .thenApply(done -> {
                    group.config(read.get());
                    supervisor.numbers().settle(read.get());
                    return true;
                });
    }

    private CompletableFuture<Void> roll(ProcessGroup group, List<ProcessConfig> targets) {
        return targets.isEmpty() ? CompletableFuture.completedFuture(null) : operations.roll(group, targets);
    }

    private CompletableFuture<Void> renumber(ProcessGroup group, GroupConfig read, List<ProcessConfig> wanted) {
        if (supervisor.state() != SupervisorState.RUNNING) {
            return Refused.of(Refusal.SHUTDOWN_STATE, "");
        }
        return names(wanted).equals(names(group))
                ? CompletableFuture.completedFuture(null)
                : supervisor
                        .scaling()
                        .scale(
                                group,
                                read,
                                read.template()
                                        .orElseThrow()
                                        .numbered(supervisor.numbers().of(read)));
    }

    /** Whether everything that differs can be replaced by a successor, or comes and goes with a number. */
    private static boolean canRoll(ProcessGroup group, GroupConfig read, List<ProcessConfig> wanted) {
        GroupConfig active = group.config();
        if (active.priority() != read.priority()) {
            return false;
        }
        Map<String, ProcessConfig> next =
                wanted.stream().collect(Collectors.toMap(ProcessConfig::name, Function.identity()));
        if (!names(group).equals(next.keySet()) && !renumbers(group, read, next)) {
            return false;
        }
        return group.processes().stream()
                .allMatch(process -> !next.containsKey(process.name())
                        || next.get(process.name()).equals(process.config())
                        || (process.config().additions().isRolling() && isRolling(next.get(process.name()))));
    }

    /** Processes that are not rolling are restarted for another number, too: Supervisor's users know it so. */
    private static boolean renumbers(ProcessGroup group, GroupConfig read, Map<String, ProcessConfig> next) {
        GroupConfig active = group.config();
        return active.template().isPresent()
                && read.template().isPresent()
                && fixed(group, active).equals(fixed(read, next))
                && group.processes().stream().allMatch(process -> isRolling(process.config()))
                && next.values().stream().allMatch(Updating::isRolling);
    }

    private static boolean isRolling(ProcessConfig process) {
        return process.additions().isRolling();
    }

    private static Set<String> names(ProcessGroup group) {
        return group.processes().stream().map(ManagedProcess::name).collect(Collectors.toSet());
    }

    private static Set<String> names(List<ProcessConfig> processes) {
        return processes.stream().map(ProcessConfig::name).collect(Collectors.toSet());
    }

    /** What there is one of whatever the number. */
    private static Set<String> fixed(ProcessGroup group, GroupConfig active) {
        return names(group).stream()
                .filter(active.template().orElseThrow()::isFixed)
                .collect(Collectors.toSet());
    }

    private static Set<String> fixed(GroupConfig read, Map<String, ProcessConfig> processes) {
        return processes.keySet().stream()
                .filter(read.template().orElseThrow()::isFixed)
                .collect(Collectors.toSet());
    }

    private static boolean isFront(ProcessConfig process) {
        return process.additions().role().orElse(null) instanceof ServerRole.Front;
    }
}
