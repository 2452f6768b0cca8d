package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of a group give way to successors one after another: never more than {@code surge} beyond their number, those
 * that have been replaced and still finish counted. After the first failure no further one begins. What does not run is
 * started with its new settings, unless somebody has stopped it. Who is forked from a template waits for it. Loop thread.
 */
final class Rollout {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final ProcessGroup group;
    private final Replacements replacements;
    private final ArrayDeque<ProcessConfig> waiting;
    private final List<ProcessConfig> underWay = new ArrayList<>();
    private final int total;
    private final CompletableFuture<Void> answer = new CompletableFuture<>();
    private RefusedException failure;
    private int replaced;
    private boolean over;

    /** One that the next {@link #proceed} begins. */
    Rollout(ProcessGroup group, List<ProcessConfig> targets, Replacements replacements) {
        this.group = group;
        this.replacements = replacements;
        this.waiting = new ArrayDeque<>(targets);
        this.total = targets.size();
    }

    ProcessGroup group() {
        return group;
    }

    /** Completes when all are ready; FAILED with the first reason. */
    CompletableFuture<Void> answer() {
        return answer;
    }

    boolean isOver() {
        return over;
    }

    /** Begins no further one. */
    void cancel() {
        if (failure == null) {
            failure = new RefusedException(Refusal.FAILED, group.name() + ": stopped");
        }
    }

    /** Begins those for which there is room now. */
    void proceed() {
        while (!over && failure == null && !waiting.isEmpty()) {
            ProcessConfig next = waiting.element();
            Optional<ManagedProcess> process = group.find(next.name());
            if (process.isPresent() && mustWait(process.get(), next)) {
                return;
            }
            waiting.remove();
            process.ifPresent(found -> begin(found, next));
        }
        if (!over && underWay.isEmpty()) {
            finish();
        }
    }

    private boolean mustWait(ManagedProcess process, ProcessConfig next) {
        boolean held = process.isHeld() && !process.config().equals(next);
        if (replacements.concern(process) || process.state() == State.STOPPING || held) {
            return true;
        }
        int surge = Math.max(1, next.additions().surge());
        // The workers of the new template are forked from it.
        return underWay.stream().anyMatch(config -> role(config) instanceof ServerRole.Template)
                || underWay.size() >= surge
                || (Replacement.isUp(process) && !(role(next) instanceof ServerRole.Front) && group.extras() >= surge);
    }

    private void begin(ManagedProcess process, ProcessConfig next) {
        if (process.isHeld() && process.config().equals(next)) {
            return; // What is not launched yet needs no successor.
        }
        if (process.state() == State.STOPPED) {
            if (!process.config().equals(next)) {
                replacements.swap(group, process, next);
            }
            return;
        }
        underWay.add(next);
        replacements.begin(group, process, next).whenComplete((ok, error) -> {
            underWay.remove(next);
            if (error == null) {
                replaced++;
            } else if (failure == null) {
                failure = Refused.from(error);
            }
            replacements.goOn();
        });
    }

    private void finish() {
        over = true;
        replacements.settleTemplate(group, failure == null);
        if (failure == null) {
            log.info("'{}': {} of {} replaced", group.name(), replaced, total);
            answer.complete(null);
        } else {
            log.error("'{}': {} of {} replaced, then {}", group.name(), replaced, total, Refused.reason(failure));
            answer.completeExceptionally(failure);
        }
    }

    private static ServerRole role(ProcessConfig config) {
        return config.additions().role().orElse(null);
    }
}
