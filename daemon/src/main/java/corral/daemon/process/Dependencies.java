package corral.daemon.process;

import corral.daemon.config.DependencyNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code depends_on}: a process is launched when everything that it depends on is ready or has been since it began to wait.
 * What is not running is started for it. A dependency that ends later does not concern it any more. Loop thread.
 */
final class Dependencies {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** What a waiting process has seen, by namespec, because a dependency may be replaced by another of its name. */
    private static final class Wait {
        private final Set<String> ready = new HashSet<>();
        private final Set<String> started = new HashSet<>();
    }

    private final Supervisor supervisor;
    private final Map<ManagedProcess, Wait> waiting = new LinkedHashMap<>();
    private boolean posted;

    Dependencies(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Starts a process that is to start by itself. */
    void autostart(ManagedProcess process) {
        if (process.isToAutostart()) {
            CompletableFuture<Void> unused = start(process, false);
        }
    }

    /** A start that an earlier daemon had begun. */
    void startAgain(ManagedProcess process) {
        if (!process.state().isRunning()) {
            CompletableFuture<Void> unused = start(process, false);
        }
    }

    /** A client's start: as {@link ManagedProcess#start}, after what it depends on. */
    CompletableFuture<Void> start(ManagedProcess process, boolean wait) {
        Wait seen = new Wait();
        List<String> missing = missing(process, seen);
        if (missing.isEmpty()) {
            return process.start(wait);
        }
        CompletableFuture<Void> started = process.startAfter(String.join(", ", missing), wait);
        if (process.isHeld() && waiting.putIfAbsent(process, seen) == null) {
            log.info("'{}' waits for {}", process.namespec(), String.join(", ", missing));
            proceed(process, seen);
        }
        return started;
    }

    /** A process has changed its state; it is still inside its own event. */
    void onTransition(ManagedProcess process, State to) {
        if (waiting.isEmpty()) {
            return;
        }
        if (to == State.RUNNING) {
            waiting.values().forEach(wait -> wait.ready.add(process.namespec()));
        }
        goOn();
    }

    /** Those that depend on a process, for each that any depends on: they are to end before it. */
    Map<ManagedProcess, List<ManagedProcess>> dependents() {
        Map<ManagedProcess, List<ManagedProcess>> found = new HashMap<>();
        for (ProcessGroup group : supervisor.groups()) {
            for (ManagedProcess process : group.everyone()) {
                for (String name : process.config().additions().dependsOn()) {
                    meant(name)
                            .forEach(dependency -> found.computeIfAbsent(dependency, key -> new ArrayList<>())
                                    .add(process));
                }
            }
        }
        return found;
    }

    /** Something has changed that somebody may wait for. */
    void goOn() {
        if (!posted && !waiting.isEmpty()) {
            posted = true;
            supervisor.ports().loop().post("dependencies", () -> {
                posted = false;
                new ArrayList<>(waiting.entrySet()).forEach(entry -> proceed(entry.getKey(), entry.getValue()));
            });
        }
    }

    private void proceed(ManagedProcess process, Wait seen) {
        if (!process.isHeld() || supervisor.state() != SupervisorState.RUNNING) {
            waiting.remove(process, seen);
            return;
        }
        List<String> missing = missing(process, seen);
        Optional<ManagedProcess> lost = hopeless(process, seen);
        if (missing.isEmpty()) {
            waiting.remove(process);
            process.goAhead();
        } else if (lost.isPresent()) {
            waiting.remove(process);
            process.giveUpWaiting(lost.get().namespec() + " cannot be started: " + reason(lost.get()));
        } else {
            process.holdFor(String.join(", ", missing));
            startWhatIsStopped(process, seen);
        }
    }

    private static String reason(ManagedProcess process) {
        return process.failure().isEmpty() ? process.state().name() : process.failure();
    }

    /** The names of the option that are not ready; one that stands for nothing yet is not. */
    private List<String> missing(ManagedProcess process, Wait seen) {
        return process.config().additions().dependsOn().stream()
                .filter(name -> {
                    List<ManagedProcess> meant = meant(name);
                    return meant.isEmpty() || !meant.stream().allMatch(dependency -> isReady(dependency, seen));
                })
                .toList();
    }

    private static boolean isReady(ManagedProcess process, Wait seen) {
        if (process.isReady()) {
            seen.ready.add(process.namespec());
        }
        return seen.ready.contains(process.namespec());
    }

    private List<ManagedProcess> unready(ManagedProcess process, Wait seen) {
        return process.config().additions().dependsOn().stream()
                .flatMap(name -> meant(name).stream())
                .filter(dependency -> !isReady(dependency, seen))
                .distinct()
                .toList();
    }

    /** One that was started for the process and has failed for good. */
    private Optional<ManagedProcess> hopeless(ManagedProcess process, Wait seen) {
        return unready(process, seen).stream()
                .filter(dependency -> dependency.state() == State.UNKNOWN
                        || (dependency.state() == State.FATAL && seen.started.contains(dependency.namespec())))
                .findFirst();
    }

    private void startWhatIsStopped(ManagedProcess process, Wait seen) {
        for (ManagedProcess dependency : unready(process, seen)) {
            if (dependency.state() == State.STOPPING || !supervisor.mayStartFor(dependency)) {
                continue;
            }
            if (seen.started.add(dependency.namespec()) && !dependency.state().isRunning()) {
                log.info("starting '{}', because '{}' depends on it", dependency.namespec(), process.namespec());
                CompletableFuture<Void> unused = start(dependency, false);
            }
        }
    }

    private List<ManagedProcess> meant(String name) {
        List<String> names = names();
        return supervisor.groups().stream()
                .flatMap(group -> group.processes().stream())
                .filter(process -> DependencyNames.means(name, names, process.group(), process.config()))
                .collect(Collectors.toList());
    }

    private List<String> names() {
        return supervisor.groups().stream().map(ProcessGroup::name).toList();
    }
}
