package corral.daemon.process;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigDiff;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
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
    private final FatalPolicy fatalPolicy;
    private final ChosenNumbers numbers = new ChosenNumbers();
    private final GroupQueue queue = new GroupQueue();
    private StopSequence stopping;
    private List<GroupConfig> lastRead = List.of();

    /** Read by other threads for {@code getState}. */
    private volatile SupervisorState state = SupervisorState.RUNNING;

    private volatile int exitStatus;

    /** A supervisor without processes; {@link #begin} gives it some. */
    public Supervisor(Ports world, Lifecycle lifecycle) {
        this.loop = world.loop();
        this.lifecycle = lifecycle;
        this.spawner = new CountingSpawner(world.spawner());
        this.fatalPolicy = new FatalPolicy(this);
        this.ports = new Ports(loop, spawner, world.signals(), world.outputs(), transition -> {
            world.listener().onTransition(transition);
            fatalPolicy.onTransition(transition);
            if (stopping != null) {
                stopping.onTransition();
            }
        });
    }

    /** Activates the groups of a configuration and starts what is to start by itself. */
    public void begin(Config config) {
        stopping = null;
        releaseAllBut(config.groups());
        groups.clear();
        fatalPolicy.begin();
        state = SupervisorState.RUNNING;
        lastRead = config.groups();
        for (GroupConfig group : lastRead) {
            if (!groups.containsKey(group.name())) {
                activate(group);
            }
        }
        List.copyOf(groups.values()).forEach(this::autostart);
    }

    private void releaseAllBut(List<GroupConfig> kept) {
        List<String> names = kept.stream().map(GroupConfig::name).toList();
        groups.keySet().stream().filter(name -> !names.contains(name)).forEach(spawner::release);
    }

    private void autostart(ProcessGroup group) {
        group.processes().stream().filter(fatalPolicy::mayStart).forEach(ManagedProcess::autostart);
    }

    /** A process said something of itself; {@code launch} is the number of its {@link Spawner.Request}. */
    public void onNotification(String group, String name, int launch, Notification notification) {
        group(group)
                .flatMap(found -> found.find(name))
                .ifPresent(process -> process.onNotification(launch, notification));
    }

    /** Status with which the daemon is to end; 0 unless something ended it that it cannot do without. */
    public int exitStatus() {
        return exitStatus;
    }

    /** Ends the daemon, as {@link #shutdown} does, with a status that says why. */
    void shutdown(int status) {
        if (state == SupervisorState.RUNNING) {
            exitStatus = status;
            shutdown();
        }
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
                groups.values().stream().map(this::inUse).toList(),
                lastRead.stream().map(numbers::applied).toList());
        return new GroupDiff(diff.added(), diff.changed(), diff.removed());
    }

    /** What its processes run with: of a group that could not be updated as a whole, some are as before. */
    private GroupConfig inUse(ProcessGroup group) {
        GroupConfig applied = numbers.applied(group.config());
        return applied.with(applied.processes().stream()
                .map(process ->
                        group.find(process.name()).map(ManagedProcess::config).orElse(process))
                .toList());
    }

    /** What was read last, with the numbers of processes that were chosen since. */
    List<GroupConfig> lastRead() {
        return lastRead.stream().map(numbers::applied).toList();
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
        autostart(activate(config));
    }

    void remove(String name) {
        groups.remove(name);
        fatalPolicy.forget(name);
        spawner.release(name);
    }

    Ports ports() {
        return ports;
    }

    /** Numbers of processes that differ from the configuration's. */
    ChosenNumbers numbers() {
        return numbers;
    }

    /** Operations that change the members of groups. */
    GroupQueue queue() {
        return queue;
    }

    /** A process that is nowhere yet. */
    ManagedProcess make(String group, ProcessConfig config) {
        return new ManagedProcess(group, config, ports, () -> state == SupervisorState.RUNNING);
    }

    private ProcessGroup activate(GroupConfig config) {
        numbers.settle(config);
        List<ManagedProcess> processes = new ArrayList<>();
        for (ProcessConfig process : numbers.applied(config).processes()) {
            processes.add(make(config.name(), process));
        }
        ProcessGroup group = new ProcessGroup(config, processes);
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
        public void release(String group) {
            target.release(group);
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
