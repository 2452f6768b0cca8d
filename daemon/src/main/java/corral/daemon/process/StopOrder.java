package corral.daemon.process;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How clients stop processes: replacements end first, workers wait for their fronts, and what was replaced before is waited for too. Loop thread. */
final class StopOrder {
    private final Supervisor supervisor;

    StopOrder(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Everything of these groups is about to stop: nothing of them is replaced any more, and who hands over does not take its time. */
    void begin(Predicate<String> groups) {
        supervisor.replacements().cancel(groups);
        supervisor.groups().stream()
                .filter(group -> groups.test(group.name()))
                .flatMap(group -> group.retired().stream())
                .forEach(ManagedProcess::stopForShutdown);
    }

    /** Stops one. */
    CompletableFuture<Void> one(ManagedProcess process, boolean wait) {
        supervisor.replacements().cancel(process);
        CompletableFuture<Void> stopped = process.stop(wait);
        return wait ? stopped.thenCompose(ok -> retired(process)) : stopped;
    }

    /** Stops one of several that are stopped together: a worker waits for its fronts, which come before it. */
    CompletableFuture<Void> together(ManagedProcess process, boolean wait) {
        CompletableFuture<Void> fronts = all(group(process)
                .flatMap(group -> group.frontsOf(process).stream())
                .filter(front -> front.state() == State.STOPPING));
        if (fronts.isDone()) {
            return one(process, wait);
        }
        CompletableFuture<Void> stopped = fronts.thenCompose(ended -> {
            // It may have been replaced meanwhile.
            ManagedProcess current = group(process)
                    .flatMap(group -> group.find(process.name()).stream())
                    .findFirst()
                    .orElse(process);
            return current.isStoppable() ? one(current, wait) : CompletableFuture.completedFuture(null);
        });
        return wait ? stopped : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> retired(ManagedProcess process) {
        return all(group(process)
                .flatMap(group -> group.retired().stream())
                .filter(other -> other.name().equals(process.name())));
    }

    private Stream<ProcessGroup> group(ManagedProcess process) {
        return supervisor.group(process.group()).stream();
    }

    private static CompletableFuture<Void> all(Stream<ManagedProcess> processes) {
        List<CompletableFuture<Void>> ends =
                processes.map(ManagedProcess::whenStopped).toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }
}
