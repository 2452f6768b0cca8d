package corral.daemon.process;

import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops everything for a shutdown or a reload (spec/supervisor.md 3.5): groups by descending priority, the next ones only
 * when the current ones are gone. Groups of equal priority stop together; Supervisor takes those one by one too, which
 * only costs time. Whatever its priority, a worker waits for its fronts, and what others depend on for those. Loop thread.
 */
final class StopSequence {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(3);

    private final Loop loop;
    private final Runnable done;
    private final List<List<ManagedProcess>> batches = new ArrayList<>();
    /** Whom a process has to wait for; those that are missing wait for nobody. */
    private final Map<ManagedProcess, List<ManagedProcess>> before = new HashMap<>();
    /** Those whose turn has come, and who are not stopped yet because they wait. */
    private final Set<ManagedProcess> waiting = new LinkedHashSet<>();
    /** Those whose turn has not come. */
    private final Set<ManagedProcess> later = new HashSet<>();

    private final List<ManagedProcess> stopping = new ArrayList<>();
    private boolean finished;

    /**
     * A sequence that {@link #start} begins.
     *
     * @param dependents those that depend on a process
     */
    StopSequence(
            Loop loop,
            Iterable<ProcessGroup> groups,
            Map<ManagedProcess, List<ManagedProcess>> dependents,
            Runnable done) {
        this.loop = loop;
        this.done = done;
        this.before.putAll(dependents);
        TreeMap<Integer, List<ManagedProcess>> byPriority = new TreeMap<>(Comparator.reverseOrder());
        for (ProcessGroup group : groups) {
            List<ManagedProcess> batch =
                    byPriority.computeIfAbsent(group.config().priority(), priority -> new ArrayList<>());
            batch.addAll(group.everyone());
            later.addAll(group.everyone());
            waitForFronts(group);
        }
        byPriority.values().forEach(batch -> {
            batch.sort(ProcessGroup.BY_PRIORITY.reversed());
            batches.add(batch);
        });
    }

    private void waitForFronts(ProcessGroup group) {
        for (ManagedProcess process : group.everyone()) {
            List<ManagedProcess> fronts = group.frontsOf(process);
            if (!fronts.isEmpty()) {
                before.merge(
                        process,
                        fronts,
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList());
            }
        }
    }

    void start() {
        proceed();
        // Said at once and then every three seconds, as Supervisor does.
        if (!finished) {
            report();
        }
    }

    /** A process changed its state. */
    void onTransition() {
        if (isBatchDone() || waiting.stream().anyMatch(this::isDue)) {
            // Posted: the process that has just changed is still inside its own event.
            loop.post("stop next processes", this::proceed);
        }
    }

    private boolean isDue(ManagedProcess process) {
        return before.getOrDefault(process, List.of()).stream()
                .allMatch(other -> other.isAtRest() && !waiting.contains(other) && !later.contains(other));
    }

    /** Those who wait for somebody of a later batch are no reason to wait for. */
    private boolean isBatchDone() {
        return stopping.stream().allMatch(ManagedProcess::isAtRest)
                && waiting.stream().noneMatch(this::isDue);
    }

    private void proceed() {
        while (!finished) {
            stopDue();
            if (!isBatchDone()) {
                return;
            }
            if (!batches.isEmpty()) {
                List<ManagedProcess> batch = batches.remove(0);
                waiting.addAll(batch);
                batch.forEach(later::remove);
            } else if (waiting.isEmpty()) {
                finished = true;
                loop.cancel(this);
                done.run();
            } else {
                // They wait for each other: what one depends on has come to depend on it by another configuration.
                List.copyOf(waiting).forEach(this::stop);
            }
        }
    }

    private void stopDue() {
        List<ManagedProcess> due = waiting.stream().filter(this::isDue).toList();
        while (!due.isEmpty()) {
            due.forEach(this::stop);
            due = waiting.stream().filter(this::isDue).toList();
        }
    }

    private void stop(ManagedProcess process) {
        waiting.remove(process);
        stopping.add(process);
        process.stopForShutdown();
    }

    private void report() {
        // What a process leaves in its group ends without a transition.
        onTransition();
        String names = Stream.concat(waiting.stream(), stopping.stream().filter(process -> !process.isAtRest()))
                .map(ManagedProcess::name)
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            log.info("waiting for {} to die", names);
        }
        loop.at(this, loop.nowNs() + REPORT_NS, "waiting to die", this::report);
    }
}
