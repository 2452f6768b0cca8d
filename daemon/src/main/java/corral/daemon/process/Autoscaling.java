package corral.daemon.process;

import corral.daemon.config.ProcessTemplate;
import corral.daemon.config.ProcessTemplate.Limits;
import corral.daemon.config.ServerRole;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the number of workers of servers with {@code workers_min} and {@code workers_max} as their load needs. Begins with the first
 * report of a front; then looks each second, because a front says nothing as long as nothing changes. Loop thread.
 */
final class Autoscaling {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    /** After a step that failed: the next worker would most likely fail, too. */
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(30);

    /** What is known of one server. */
    private static final class Watched {
        private final Autoscaler autoscaler = new Autoscaler();
        private Load load;
        private int workers;
        private long pausedUntilNs = Long.MIN_VALUE;
    }

    private record Look(String group) {}

    private final Supervisor supervisor;
    private final Scaling scaling;
    private final GroupOperations operations;
    private final Map<String, Watched> servers = new HashMap<>();

    Autoscaling(Supervisor supervisor, Scaling scaling) {
        this.supervisor = supervisor;
        this.scaling = scaling;
        this.operations = new GroupOperations(supervisor);
    }

    /** A front has said how busy the workers of its server are. */
    void onLoad(ManagedProcess front, String text) {
        ProcessGroup group = supervisor.group(front.group()).orElse(null);
        Optional<Load> load = Load.parse(text);
        if (load.isEmpty() || group == null || limits(group).isEmpty()) {
            return;
        }
        Watched watched = servers.get(group.name());
        if (watched == null) {
            watched = new Watched();
            watched.workers = number(group);
            servers.put(group.name(), watched);
            lookSoon(group.name());
        }
        watched.load = load.get();
    }

    private void lookSoon(String group) {
        supervisor
                .ports()
                .loop()
                .at(
                        new Look(group),
                        supervisor.ports().loop().nowNs() + LOOK_NS,
                        "load of " + group,
                        () -> look(group));
    }

    private void look(String name) {
        Optional<ProcessGroup> group = supervisor.group(name).filter(this::isServing);
        Optional<Limits> limits = group.flatMap(Autoscaling::limits);
        if (limits.isEmpty()) {
            servers.remove(name);
            return;
        }
        lookSoon(name);
        Watched watched = servers.get(name);
        int workers = number(group.get());
        if (workers != watched.workers) {
            watched.workers = workers;
            watched.autoscaler.forget();
        }
        long nowNs = supervisor.ports().loop().nowNs();
        boolean settled = nowNs >= watched.pausedUntilNs && isSettled(group.get());
        watched.autoscaler
                .look(watched.load, limits.get(), workers, settled, nowNs)
                .ifPresent(step -> take(name, watched, step));
    }

    private void take(String name, Watched watched, Autoscaler.Step step) {
        log.info("'{}' goes from {} to {} workers: {}", name, watched.workers, step.workers(), step.reason());
        watched.workers = step.workers();
        operations.submit(name, group -> scaling.scale(name, step.workers())).whenComplete((ok, error) -> {
            if (error != null) {
                watched.pausedUntilNs = supervisor.ports().loop().nowNs() + PAUSE_NS;
            }
        });
    }

    private boolean isServing(ProcessGroup group) {
        return supervisor.state() == SupervisorState.RUNNING
                && group.processes().stream()
                        .anyMatch(process -> process.state() == State.RUNNING
                                && process.config().additions().role().orElse(null) instanceof ServerRole.Front);
    }

    private boolean isSettled(ProcessGroup group) {
        return !supervisor.queue().isBusy(group.name())
                && group.processes().stream().noneMatch(process -> switch (process.state()) {
                    case STARTING, STOPPING, BACKOFF -> true;
                    case RUNNING, STOPPED, EXITED, FATAL, UNKNOWN -> false;
                });
    }

    private int number(ProcessGroup group) {
        return supervisor.numbers().of(group.config());
    }

    private static Optional<Limits> limits(ProcessGroup group) {
        return group.config().template().flatMap(ProcessTemplate::limits);
    }
}
