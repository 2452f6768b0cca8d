package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which processes are being replaced, by operations of their groups or because they asked for it. Everything that waits for one of them to get
 * on goes on by one posted event, {@link #proceed}. Loop thread.
 */
final class Replacements {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Supervisor supervisor;
    private final List<Replacement> underWay = new ArrayList<>();
    private final List<Rollout> rollouts = new ArrayList<>();
    private final Recycles recycles;
    private boolean posted;

    Replacements(Supervisor supervisor) {
        this.supervisor = supervisor;
        this.recycles = new Recycles(supervisor, this);
    }

    /** Those that asked for a successor themselves. */
    Recycles recycles() {
        return recycles;
    }

    /**
     * Replaces a process by another one with its settings, whatever becomes of others of its group.
     *
     * @return completes when the successor is ready in its place; FAILED with the reason
     */
    CompletableFuture<Void> renew(ManagedProcess old) {
        ProcessGroup group = supervisor.group(old.group()).orElseThrow();
        Replacement replacement = add(group, old, old.config());
        CompletableFuture<Void> done = replacement.begin(supervisor.dependencies(), this::goOn);
        replacement.settle(true);
        return done;
    }

    /**
     * Replaces a process by one with these settings; a template stands by until {@link #settleTemplate}.
     *
     * @return completes when the successor is ready; FAILED with the reason
     */
    CompletableFuture<Void> begin(ProcessGroup group, ManagedProcess old, ProcessConfig next) {
        return add(group, old, next).begin(supervisor.dependencies(), this::goOn);
    }

    /** Goes on with one that an earlier daemon had begun. */
    void resume(ProcessGroup group, ManagedProcess old, ManagedProcess successor) {
        Replacement replacement =
                new Replacement(group, old, successor, supervisor.ports().outputs());
        underWay.add(replacement);
        CompletableFuture<Void> unused = replacement.resume(this::goOn);
        replacement.settle(true);
    }

    private Replacement add(ProcessGroup group, ManagedProcess old, ProcessConfig next) {
        Outputs outputs = supervisor.ports().outputs();
        Replacement replacement = new Replacement(group, old, supervisor.successor(old, next), outputs);
        underWay.add(replacement);
        return replacement;
    }

    /** Whether the successor of a process is on its way, so that the process itself is not to start again. */
    boolean isBeingReplaced(ManagedProcess process) {
        return underWay.stream().anyMatch(replacement -> replacement.isReplacing(process));
    }

    /** Gives a process that has been stopped other settings, for its next start. */
    void swap(ProcessGroup group, ManagedProcess old, ProcessConfig next) {
        ManagedProcess other = supervisor.successor(old, next);
        other.continues(old);
        group.addSuccessor(other);
        group.replace(old, other);
        old.retire();
    }

    /** A process is to be replaced as soon as there is room; one that is not rolling is restarted instead. */
    void request(ManagedProcess process, String reason) {
        if (process.config().additions().isRolling()) {
            recycles.request(process, reason);
        } else if (process.state() == State.RUNNING && supervisor.isCurrent(process)) {
            log.info("'{}' ({}) is to be restarted: {}", process.namespec(), process.pid(), reason);
            process.stop(true)
                    .whenComplete((ok, error) -> supervisor.ports().loop().post("restart", () -> restart(process)));
        }
    }

    private void restart(ManagedProcess process) {
        if (process.state() == State.STOPPED && supervisor.mayStart(process)) {
            process.start(false);
        }
    }

    /** A process is about to end by its own decision: there is no time to wait for room. */
    void onLeaving(ManagedProcess process) {
        if (process.config().additions().isRolling()) {
            supervisor.ports().loop().post("successor of " + process.name(), () -> succeed(process));
        }
    }

    private void succeed(ManagedProcess process) {
        if (process.state() == State.RUNNING && supervisor.mayStart(process) && !concern(process)) {
            renew(process).whenComplete((ok, error) -> {
                if (error != null) {
                    log.error("no successor for '{}': {}", process.namespec(), Refused.reason(Refused.from(error)));
                }
                goOn();
            });
        }
    }

    /** Whether a process has a successor that is not ready yet, or is one itself. */
    boolean concern(ManagedProcess process) {
        return underWay.stream().anyMatch(replacement -> replacement.concerns(process));
    }

    /**
     * Gives the processes of a group other settings, each by a successor; for the turn that an operation of the group has.
     *
     * @param targets what each process is to be, in their order
     */
    CompletableFuture<Void> roll(ProcessGroup group, List<ProcessConfig> targets) {
        Rollout rollout = new Rollout(group, targets, this);
        rollouts.add(rollout);
        goOn();
        return rollout.answer();
    }

    /** The workers of a group have been replaced, or could not be: its new template takes its place, or ends. */
    void settleTemplate(ProcessGroup group, boolean keep) {
        underWay.stream().filter(replacement -> replacement.group() == group).forEach(r -> r.settle(keep));
        goOn();
    }

    /** Ends everything of these groups without a result. */
    void cancel(Predicate<String> groups) {
        rollouts.stream().filter(rollout -> groups.test(rollout.group().name())).forEach(Rollout::cancel);
        List.copyOf(underWay).stream()
                .filter(replacement -> groups.test(replacement.group().name()))
                .forEach(Replacement::cancel);
        recycles.forget(groups);
        goOn();
    }

    /** Ends the replacement of one process without a result. */
    void cancel(ManagedProcess process) {
        List.copyOf(underWay).stream()
                .filter(replacement -> replacement.concerns(process))
                .forEach(Replacement::cancel);
        goOn();
    }

    /** Something has changed that one of them may have waited for. */
    void goOn() {
        if (!posted) {
            posted = true;
            supervisor.ports().loop().post("replacements", this::proceed);
        }
    }

    private void proceed() {
        posted = false;
        List.copyOf(underWay).forEach(Replacement::proceed);
        underWay.removeIf(Replacement::isOver);
        List.copyOf(rollouts).forEach(Rollout::proceed);
        rollouts.removeIf(Rollout::isOver);
        recycles.proceed();
    }
}
