package corral.daemon.process;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigDiff;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The process table: which groups are active, which process owns which pid, and what the daemon as a whole is doing. Lives
 * on the loop.
 */
public final class Supervisor {
    /** What the daemon does once everything has stopped. */
    public interface Lifecycle {

        /** All processes have stopped and the daemon may exit. */
        void onShutDown();

        /** All processes have stopped and the daemon is to begin again with this configuration. */
        void onRestart(Config config);

        /** The configuration is about to be read and taken up. */
        default void onReloading() {}

        /** That is over, or has come to nothing; not called when it leads to {@link #onRestart}. */
        default void onReloaded() {}

        /** Everything is being stopped for a shutdown. */
        default void onStopping() {}
    }

    private final Ports ports;
    private final Loop loop;
    private final Lifecycle lifecycle;
    private final Keeper keeper;
    private final Map<String, ProcessGroup> groups = new LinkedHashMap<>();
    private final Launches launches;
    private final GroupQueue queue = new GroupQueue();
    private final Replacements replacements;
    private final Dependencies dependencies;
    private final MemoryLimit memoryLimit;
    private final FatalPolicy fatalPolicy;
    private final Chronicle chronicle = new Chronicle(this);
    private final ExitWith exitWith = new ExitWith(this);
    private final ChosenNumbers numbers = new ChosenNumbers();
    private final Scaling scaling = new Scaling(this);
    private final Autoscaling autoscaling = new Autoscaling(this, scaling);
    private StopSequence stopping;
    private List<GroupConfig> lastRead = List.of();

    /** Read by other threads for {@code getState}. */
    private volatile SupervisorState state = SupervisorState.RUNNING;

    private volatile int exitStatus;

    /** A supervisor without processes; {@link #begin} gives it some. */
    public Supervisor(Ports world, Lifecycle lifecycle) {
        this.loop = world.loop();
        this.lifecycle = lifecycle;
        this.launches = new Launches(world.spawner(), world.outputs());
        this.fatalPolicy = new FatalPolicy(this);
        this.ports = new Ports(
                loop,
                launches,
                world.signals(),
                world.outputs(),
                world.senses(),
                world.records(),
                world.listener(),
                world.faults());
        this.replacements = new Replacements(this);
        this.dependencies = new Dependencies(this);
        this.memoryLimit = new MemoryLimit(this);
        this.keeper = new Household(this, launches, chronicle);
    }

    /** Names the process with whose exit status the daemon ends; asked on the loop at each change of state. Before the loop starts. */
    public void endWith(Supplier<Optional<String>> name) {
        exitWith.name(name);
    }

    /** Activates the groups of a configuration and starts what is to start by itself. */
    public void begin(Config config) {
        if (state == SupervisorState.SHUTDOWN) {
            // Asked for between the end of everything and this beginning.
            lifecycle.onShutDown();
            return;
        }
        stopping = null;
        releaseAllBut(config.groups());
        groups.clear();
        fatalPolicy.begin();
        state = SupervisorState.RUNNING;
        lastRead = config.groups();
        chronicle.together(this::beginAll);
    }

    private void beginAll() {
        for (GroupConfig group : lastRead) {
            if (!groups.containsKey(group.name())) {
                activate(group);
            }
        }
        List.copyOf(groups.values()).forEach(this::autostart);
        launches.resumed(groups.keySet());
        chronicle.regroup();
    }

    /** Goes on where an earlier daemon has stopped; what of a configuration differs from what runs is left to an update. */
    public void resume(Config config, Legacy legacy) {
        lastRead = config.groups();
        Adoption adoption = new Adoption(this, launches, chronicle, legacy);
        for (ProcessGroup group : adoption.groups(config, this::empty)) {
            groups.put(group.name(), group);
        }
        groups.values().stream()
                .flatMap(group -> group.processes().stream())
                .forEach(process -> fatalPolicy.resume(process, process.state()));
        launches.resumed(groups.keySet());
        adoption.goOn();
        launches.resumed(groups.keySet());
        Adoption.report(diff());
        chronicle.writeAll();
    }

    /** What is written of everything is up to date when {@code then} runs. */
    public void writeDown(Runnable then) {
        chronicle.writeAll();
        chronicle.whenWritten(then);
    }

    private ProcessGroup empty(GroupConfig config) {
        return new ProcessGroup(config, List.of(), chronicle::regroup);
    }

    private void releaseAllBut(List<GroupConfig> kept) {
        List<String> names = kept.stream().map(GroupConfig::name).toList();
        groups.keySet().stream().filter(name -> !names.contains(name)).forEach(launches::release);
    }

    private void autostart(ProcessGroup group) {
        group.processes().stream().filter(fatalPolicy::mayStart).forEach(dependencies::autostart);
    }

    /** A process said something of itself; {@code launch} is the number of its {@link Spawner.Request}. */
    public void onNotification(int launch, Notification notification) {
        launches.of(launch).ifPresent(process -> {
            process.onNotification(launch, notification);
            notification.load().ifPresent(load -> onLoad(process, load));
        });
    }

    private void onLoad(ManagedProcess front, String load) {
        if (isCurrent(front)) {
            autoscaling.onLoad(front, load);
        }
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
        launches.onReaped(pid, status, atNs);
    }

    /** Stops everything and ends the daemon; repeated calls change nothing. */
    public void shutdown() {
        if (state == SupervisorState.SHUTDOWN) {
            return;
        }
        chronicle.regroup();
        boolean alreadyStopping = state == SupervisorState.RESTARTING;
        state = SupervisorState.SHUTDOWN;
        lifecycle.onStopping();
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
        chronicle.regroup();
        stopAll(() -> {
            if (state == SupervisorState.SHUTDOWN) {
                lifecycle.onShutDown();
            } else {
                lifecycle.onRestart(config);
            }
        });
    }

    /** The configuration is about to be read and taken up. */
    void reloading() {
        lifecycle.onReloading();
    }

    /** That is over; a restart that has come of it says so itself. */
    void reloaded() {
        if (state == SupervisorState.RUNNING) {
            lifecycle.onReloaded();
        }
    }

    /** How many processes are in which condition. Loop thread. */
    public Tally tally() {
        List<ManagedProcess> all = groups.values().stream()
                .flatMap(group -> group.everyone().stream())
                .toList();
        return new Tally(state, all.size(), in(State.RUNNING, all), in(State.FATAL, all), (int) all.stream()
                .filter(process -> !process.isAtRest() || process.state().isSignallable())
                .count());
    }

    private static int in(State wanted, List<ManagedProcess> processes) {
        return (int)
                processes.stream().filter(process -> process.state() == wanted).count();
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

    /** A group as it was read last. */
    Optional<GroupConfig> read(String name) {
        return lastRead.stream().filter(group -> group.name().equals(name)).findFirst();
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
        chronicle.together(() -> autostart(activate(config)));
        dependencies.goOn();
    }

    void remove(String name) {
        group(name).ifPresent(group -> group.everyone().forEach(ManagedProcess::cancelRestart));
        groups.remove(name);
        chronicle.regroup();
        fatalPolicy.forget(name);
        launches.release(name);
    }

    Ports ports() {
        return ports;
    }

    /** Numbers of processes that differ from the configuration's. */
    ChosenNumbers numbers() {
        return numbers;
    }

    Scaling scaling() {
        return scaling;
    }

    private ProcessGroup activate(GroupConfig config) {
        numbers.settle(config);
        List<ManagedProcess> processes = new ArrayList<>();
        for (ProcessConfig process : numbers.applied(config).processes()) {
            processes.add(make(config.name(), process));
        }
        ProcessGroup group = new ProcessGroup(config, processes, chronicle::regroup);
        groups.put(config.name(), group);
        chronicle.regroup();
        return group;
    }

    /** A process that is nowhere yet. */
    ManagedProcess make(String group, ProcessConfig config) {
        return new ManagedProcess(group, config, ports, keeper);
    }

    /** One that an earlier daemon had. */
    ManagedProcess make(ProcessRecord record) {
        return new ManagedProcess(record.group(), record.config(), record.logs(), ports, keeper);
    }

    /** One that may take the name of another, and writes where that one does unless the settings say otherwise. */
    ManagedProcess successor(ManagedProcess old, ProcessConfig config) {
        boolean sameLogs = old.config().redirectStderr() == config.redirectStderr()
                && old.config().stdout().equals(config.stdout())
                && old.config().stderr().equals(config.stderr());
        return sameLogs
                ? new ManagedProcess(old.group(), config, old.logs(), ports, keeper)
                : make(old.group(), config);
    }

    /** Whether a process has its name in its group, and nobody else has. */
    boolean isCurrent(ManagedProcess process) {
        return group(process.group())
                        .flatMap(group -> group.find(process.name()))
                        .orElse(null)
                == process;
    }

    /** Whether a process may start without a client. */
    boolean mayStart(ManagedProcess process) {
        return state == SupervisorState.RUNNING && isCurrent(process) && !replacements.isBeingReplaced(process);
    }

    /** Operations that change the members of groups. */
    GroupQueue queue() {
        return queue;
    }

    Replacements replacements() {
        return replacements;
    }

    /** What processes wait for before they start. */
    Dependencies dependencies() {
        return dependencies;
    }

    /** Whether a process may be started because another one depends on it. */
    boolean mayStartFor(ManagedProcess dependency) {
        return state == SupervisorState.RUNNING && fatalPolicy.mayStart(dependency);
    }

    /** A process is to give way to another one of its name, or to be restarted if it is not rolling. */
    void requestReplacement(ManagedProcess process, String reason) {
        replacements.request(process, reason);
    }

    private void stopAll(Runnable then) {
        replacements.cancel(group -> true);
        stopping = new StopSequence(loop, groups.values(), dependencies.dependents(), then);
        stopping.start();
    }

    /** A process has changed its state; it is still inside its own event. */
    void onTransition(ManagedProcess process, Transition transition) {
        if (isCurrent(process)) {
            fatalPolicy.onTransition(process, transition.to());
            exitWith.onTransition(process, transition);
        }
        dependencies.onTransition(process, transition.to());
        memoryLimit.onTransition(process, transition.to());
        if (stopping != null) {
            stopping.onTransition();
        }
        replacements.goOn();
    }
}
