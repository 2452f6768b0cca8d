package corral.daemon.process;

import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops everything for a shutdown or a reload (spec/supervisor.md 3.5): groups by descending priority, the next ones only
 * when the current ones are gone. Groups of equal priority stop together; Supervisor takes those one by one too, which
 * only costs time. Loop thread.
 */
final class StopSequence {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(3);

    private final Loop loop;
    private final List<List<ProcessGroup>> batches;
    private final Runnable done;
    private List<ManagedProcess> waitingFor = List.of();
    private final List<Deferred> deferred = new ArrayList<>();
    private boolean finished;

    /** A worker that gets its stop signal when its fronts have ended. */
    private record Deferred(ManagedProcess worker, List<ManagedProcess> fronts) {
        boolean isDue() {
            return fronts.stream().allMatch(ManagedProcess::isAtRest);
        }
    }

    StopSequence(Loop loop, Iterable<ProcessGroup> groups, Runnable done) {
        this.loop = loop;
        this.done = done;
        TreeMap<Integer, List<ProcessGroup>> byPriority = new TreeMap<>(Comparator.reverseOrder());
        for (ProcessGroup group : groups) {
            byPriority
                    .computeIfAbsent(group.config().priority(), priority -> new ArrayList<>())
                    .add(group);
        }
        this.batches = new ArrayList<>(byPriority.values());
    }

    void start() {
        next();
        // Said at once and then every three seconds, as Supervisor does.
        if (!finished) {
            report();
        }
    }

    /** A process changed its state. */
    void onTransition() {
        boolean frontGone = deferred.stream().anyMatch(Deferred::isDue);
        if (frontGone || isBatchDone()) {
            // Posted: the process that has just changed is still inside its own event.
            loop.post("stop next processes", this::proceed);
        }
    }

    private boolean isBatchDone() {
        return deferred.isEmpty() && waitingFor.stream().allMatch(ManagedProcess::isAtRest);
    }

    private void proceed() {
        stopDeferred();
        if (!finished && isBatchDone()) {
            next();
        }
    }

    private void next() {
        while (!batches.isEmpty()) {
            List<ProcessGroup> groups = batches.remove(0);
            groups.forEach(this::deferWorkers);
            List<ManagedProcess> later = deferred.stream().map(Deferred::worker).toList();
            waitingFor = groups.stream()
                    .flatMap(group -> group.everyone().stream())
                    .sorted(ProcessGroup.BY_PRIORITY.reversed())
                    .toList();
            waitingFor.stream().filter(process -> !later.contains(process)).forEach(ManagedProcess::stopForShutdown);
            stopDeferred();
            if (!isBatchDone()) {
                return;
            }
        }
        finished = true;
        loop.cancel(this);
        done.run();
    }

    private void stopDeferred() {
        for (Deferred d : List.copyOf(deferred)) {
            if (d.isDue()) {
                deferred.remove(d);
                d.worker().stopForShutdown();
            }
        }
    }

    private void deferWorkers(ProcessGroup group) {
        for (ManagedProcess process : group.everyone()) {
            List<ManagedProcess> fronts = group.frontsOf(process);
            if (!fronts.isEmpty()) {
                deferred.add(new Deferred(process, fronts));
            }
        }
    }

    private void report() {
        // What a process leaves in its group ends without a transition.
        onTransition();
        String names = waitingFor.stream()
                .filter(process -> !process.isAtRest())
                .map(ManagedProcess::name)
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            log.info("waiting for {} to die", names);
        }
        loop.at(this, loop.nowNs() + REPORT_NS, "waiting to die", this::report);
    }
}
