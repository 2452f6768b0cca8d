package corral.daemon.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** One action on many processes at once; outcomes in the order in which they finish. Loop thread. */
final class Outcomes {
    private final List<Outcome> finished = new ArrayList<>();
    private final CompletableFuture<List<Outcome>> all = new CompletableFuture<>();
    private int open;

    private Outcomes(int open) {
        this.open = open;
    }

    static CompletableFuture<List<Outcome>> collect(
            List<ManagedProcess> processes, Function<ManagedProcess, CompletableFuture<Void>> action) {
        if (processes.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Outcomes outcomes = new Outcomes(processes.size());
        for (ManagedProcess process : processes) {
            action.apply(process).whenComplete((ok, error) -> outcomes.add(process, error));
        }
        return outcomes.all;
    }

    private void add(ManagedProcess process, Throwable error) {
        finished.add(new Outcome(
                process.group(), process.name(), Optional.ofNullable(error).map(Refused::from)));
        open--;
        if (open == 0) {
            all.complete(List.copyOf(finished));
        }
    }
}
