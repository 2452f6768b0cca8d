package corral.daemon.process;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigDiff;
import corral.daemon.config.GroupConfig;
import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process table: which groups are active, which process owns which pid, and what the daemon as a whole is doing. Lives
 * on the loop.
 */
public final class Supervisor {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** What the daemon does once everything has stopped. */
    public interface Lifecycle {

        /** All processes have stopped and the daemon may exit. */
        void onShutDown();

        /** All processes have stopped and the daemon is to begin again with this configuration. */
        void onRestart(Config config);
    }

    /** An exit that was reaped before the launch of its process had been announced. */
    private record EarlyExit(ExitStatus status, long atNs) {}

    private final Ports ports;
    private final Loop loop;
    private final Lifecycle lifecycle;
    private final Map<String, ProcessGroup> groups = new LinkedHashMap<>();
    private final Map<Integer, ManagedProcess> byPid = new HashMap<>();
    private final Map<Integer, EarlyExit> earlyExits = new HashMap<>();
    private final CountingSpawner spawner;
    private StopSequence stopping;
    private List<GroupConfig> lastRead = List.of();

    /** Read by other threads for {@code getState}. */
    private volatile SupervisorState state = SupervisorState.RUNNING;

    /** A supervisor without processes; {@link #begin} gives it some. */
    public Supervisor(Ports world, Lifecycle lifecycle) {
        this.loop = world.loop();
        this.lifecycle = lifecycle;
        this.spawner = new CountingSpawner(world.spawner());
        this.ports = new Ports(loop, spawner, world.signals(), world.outputs(), transition -> {
            world.listener().onTransition(transition);
            if (stopping != null) {
                stopping.onTransition();
            }
        });
    }

    /** Activates the groups of a configuration and starts what is to start by itself. */
    public void begin(Config config) {
        stopping = null;
        groups.clear();
        state = SupervisorState.RUNNING;
        lastRead = config.groups();
        for (GroupConfig group : lastRead) {
            if (!groups.containsKey(group.name())) {
                activate(group);
            }
        }
        List.copyOf(groups.values()).forEach(group -> group.processes().forEach(ManagedProcess::autostart));
    }

    /** A child was reaped. */
    public void onReaped(int pid, ExitStatus status, long atNs) {
        ManagedProcess process = byPid.get(pid);
        if (process != null) {
            // Its last words belong in the log before anyone hears that it is gone.
            ports.outputs().drain(process.group(), process.name(), () -> finish(pid, status, atNs));
        } else if (spawner.inFlight > 0) {
            earlyExits.put(pid, new EarlyExit(status, atNs));
        } else {
            log.info("reaped unknown pid {} ({})", pid, status.text());
        }
    }

    /** Stops everything and ends the daemon; repeated calls change nothing. */
    public void shutdown() {
        if (state == SupervisorState.SHUTDOWN) {
            return;
        }
        boolean alreadyStopping = state == SupervisorState.RESTARTING;
        state = SupervisorState.SHUTDOWN;
        if (!alreadyStopping) {
            stopAll(lifecycle::onShutDown);
        }
    }

    /** Stops everything and begins again with a configuration that has been read and found good. */
    public void restart(Config config) {
        if (state != SupervisorState.RUNNING) {
            return;
        }
        state = SupervisorState.RESTARTING;
        stopAll(() -> {
            if (state == SupervisorState.SHUTDOWN) {
                lifecycle.onShutDown();
            } else {
                lifecycle.onRestart(config);
            }
        });
    }

    /** What the daemon is doing. Any thread. */
    public SupervisorState state() {
        return state;
    }

    /** A newly read configuration, from which groups may now be added. */
    void remember(Config config) {
        lastRead = config.groups();
    }

    /** Difference of the active groups to the last-read configuration. */
    GroupDiff diff() {
        ConfigDiff diff = ConfigDiff.between(
                groups.values().stream().map(ProcessGroup::config).toList(), lastRead);
        return new GroupDiff(diff.added(), diff.changed(), diff.removed());
    }

    List<GroupConfig> lastRead() {
        return lastRead;
    }

    /** Active groups in the order in which they became active. */
    List<ProcessGroup> groups() {
        return List.copyOf(groups.values());
    }

    Optional<ProcessGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** Activates a group and starts what is to start by itself. */
    void add(GroupConfig config) {
        activate(config).processes().forEach(ManagedProcess::autostart);
    }

    void remove(String name) {
        groups.remove(name);
    }

    Ports ports() {
        return ports;
    }

    private ProcessGroup activate(GroupConfig config) {
        List<ManagedProcess> processes = new ArrayList<>();
        for (var process : config.processes()) {
            processes.add(new ManagedProcess(config.name(), process, ports, () -> state == SupervisorState.RUNNING));
        }
        ProcessGroup group = new ProcessGroup(config, List.copyOf(processes));
        groups.put(config.name(), group);
        return group;
    }

    private void stopAll(Runnable then) {
        stopping = new StopSequence(loop, groups.values(), then);
        stopping.start();
    }

    private void finish(int pid, ExitStatus status, long atNs) {
        ManagedProcess process = byPid.remove(pid);
        if (process != null) {
            process.onExited(status, atNs);
        }
    }

    /** Keeps the table of pids and knows whether an unknown exit may belong to a launch that is under way. */
    private final class CountingSpawner implements Spawner {
        private final Spawner target;
        private int inFlight;

        CountingSpawner(Spawner target) {
            this.target = target;
        }

        @Override
        public void check(
                corral.daemon.config.ProcessConfig config,
                java.util.function.Consumer<Optional<RefusedException>> answer) {
            target.check(config, answer);
        }

        @Override
        public void spawn(Request request, Listener listener) {
            inFlight++;
            target.spawn(request, new Listener() {
                @Override
                public void onSpawned(int pid, long atNs) {
                    inFlight--;
                    register(request, pid);
                    listener.onSpawned(pid, atNs);
                    settleEarlyExits(pid);
                }

                @Override
                public void onSpawnFailed(String error) {
                    inFlight--;
                    listener.onSpawnFailed(error);
                    settleEarlyExits(0);
                }
            });
        }

        private void register(Request request, int pid) {
            group(request.group())
                    .flatMap(group -> group.find(request.config().name()))
                    .ifPresent(process -> byPid.put(pid, process));
        }

        private void settleEarlyExits(int pid) {
            EarlyExit exit = earlyExits.remove(pid);
            if (exit != null) {
                onReaped(pid, exit.status(), exit.atNs());
            }
            if (inFlight == 0) {
                earlyExits.forEach((unknown, e) -> log.info(
                        "reaped unknown pid {} ({})", unknown, e.status().text()));
                earlyExits.clear();
            }
        }
    }
}
