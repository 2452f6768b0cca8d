package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ProcessTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the number of processes of a group; one operation of its {@link GroupQueue}. Loop thread. */
final class Scaling {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Supervisor supervisor;

    Scaling(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /**
     * Begins it. New ones start together, of the surplus those with the highest index are stopped; completes when all that is
     * done. Those that do not become ready are removed again, and those above them: numbers have no gaps.
     */
    CompletableFuture<Void> scale(String name, int number) {
        Optional<ProcessGroup> group = supervisor.group(name);
        if (group.isEmpty()) {
            return Refused.of(Refusal.BAD_NAME, name);
        }
        Optional<ProcessTemplate> template = group.get().config().template();
        if (template.isEmpty()) {
            return Refused.of(
                    Refusal.FAILED,
                    name + ": only servers, and programs with %(process_num)d in process_name, can be scaled");
        }
        return scale(group.get(), group.get().config(), template.get().numbered(number));
    }

    /**
     * The same with given processes.
     *
     * @param config of which the number is chosen
     * @param wanted lowest index first
     */
    CompletableFuture<Void> scale(ProcessGroup group, GroupConfig config, List<ProcessConfig> wanted) {
        Set<String> names = wanted.stream().map(ProcessConfig::name).collect(Collectors.toSet());
        ProcessTemplate template = config.template().orElseThrow();
        List<ManagedProcess> surplus = group.processes().stream()
                .filter(process -> !template.isFixed(process.name()) && !names.contains(process.name()))
                .toList();
        boolean starts = isUp(group);
        List<ManagedProcess> added = wanted.stream()
                .filter(process -> group.find(process.name()).isEmpty())
                .map(process -> supervisor.make(group.name(), process))
                .toList();
        supervisor.numbers().choose(config, wanted.size());
        added.forEach(group::add);
        log.info("'{}' is scaled to {}", group.name(), wanted.size());
        CompletableFuture<Void> gone = allLeave(group, surplus);
        CompletableFuture<Void> ready = starts
                ? start(new Arrival(group, config, added, wanted.size() - added.size()))
                : CompletableFuture.completedFuture(null);
        return CompletableFuture.allOf(gone, ready);
    }

    /** A group that was stopped stays so, whatever its number. */
    private static boolean isUp(ProcessGroup group) {
        return group.processes().isEmpty()
                || group.processes().stream()
                        .anyMatch(process -> process.state().isRunning());
    }

    /**
     * New processes on their way.
     *
     * @param before how many there are of lower numbers
     */
    private record Arrival(ProcessGroup group, GroupConfig config, List<ManagedProcess> processes, int before) {}

    private CompletableFuture<Void> start(Arrival arrival) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<FirstWords> words = arrival.processes().stream()
                .map(process -> new FirstWords(process, supervisor.ports().outputs()))
                .toList();
        // Posted: a process that fails is still inside its own event.
        Outcomes.collect(arrival.processes(), process -> process.start(true))
                .thenAccept(outcomes -> supervisor
                        .ports()
                        .loop()
                        .post("scaled " + arrival.group().name(), () -> {
                            int kept = ready(arrival.processes(), outcomes);
                            if (kept == arrival.processes().size()) {
                                done.complete(null);
                            } else {
                                takeBack(arrival, kept, words.get(kept), done);
                            }
                        }));
        return done;
    }

    /** How many are ready before the first that is not. */
    private static int ready(List<ManagedProcess> processes, List<Outcome> outcomes) {
        Set<String> failed = outcomes.stream()
                .filter(outcome -> outcome.refused().isPresent())
                .map(Outcome::name)
                .collect(Collectors.toSet());
        int ready = 0;
        while (ready < processes.size() && !failed.contains(processes.get(ready).name())) {
            ready++;
        }
        return ready;
    }

    private void takeBack(Arrival arrival, int kept, FirstWords words, CompletableFuture<Void> done) {
        ManagedProcess failed = arrival.processes().get(kept);
        String reason = failed.namespec() + ": " + failed.failure();
        int number = arrival.before() + kept;
        supervisor.numbers().choose(arrival.config(), number);
        log.error("'{}' stays at {}: {}", arrival.group().name(), number, reason);
        allLeave(
                        arrival.group(),
                        arrival.processes().subList(kept, arrival.processes().size()))
                .thenCompose(gone -> words.after(reason))
                .thenAccept(text -> done.completeExceptionally(new RefusedException(Refusal.FAILED, text)));
    }

    /** The last one first. */
    private static CompletableFuture<Void> allLeave(ProcessGroup group, List<ManagedProcess> processes) {
        List<CompletableFuture<Void>> leaving = new ArrayList<>();
        for (int i = processes.size() - 1; i >= 0; i--) {
            leaving.add(leave(group, processes.get(i)));
        }
        return CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new));
    }

    /** Completes when it has ended and its name is free. */
    private static CompletableFuture<Void> leave(ProcessGroup group, ManagedProcess process) {
        CompletableFuture<Void> stopped = process.state().isRunning() ? process.stop(true) : process.whenStopped();
        return stopped.handle((ended, lost) -> {
            group.forget(process);
            return null;
        });
    }
}
