package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.config.DaemonConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fault.FaultPoints;
import corral.daemon.health.MemoryReader;
import corral.daemon.health.Prober;
import corral.daemon.logs.AutoLogs;
import corral.daemon.logs.OutputReader;
import corral.daemon.loop.Clock;
import corral.daemon.loop.Loop;
import corral.daemon.notify.NotifyReader;
import corral.daemon.os.Capabilities;
import corral.daemon.os.CgroupSignals;
import corral.daemon.os.Cgroups;
import corral.daemon.os.DescriptorLink;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Epoll;
import corral.daemon.os.ExitNotes;
import corral.daemon.os.ExitWatch;
import corral.daemon.os.KernelSignals;
import corral.daemon.os.LostSockets;
import corral.daemon.os.Native;
import corral.daemon.os.NativeSpawner;
import corral.daemon.os.OsException;
import corral.daemon.os.PidFds;
import corral.daemon.os.ProcessTable;
import corral.daemon.os.Reaper;
import corral.daemon.os.ResourceLimits;
import corral.daemon.os.SocketIdentity;
import corral.daemon.os.Sockets;
import corral.daemon.os.Syslog;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.Legacy;
import corral.daemon.process.Notification;
import corral.daemon.process.Ports;
import corral.daemon.process.Senses;
import corral.daemon.process.TransitionListener;
import corral.daemon.service.DescriptorStore;
import corral.daemon.spawn.Bag;
import corral.daemon.spawn.ChildOutputs;
import corral.daemon.spawn.ChildSpawner;
import corral.daemon.spawn.ChildStdio;
import corral.daemon.spawn.Confinement;
import corral.daemon.spawn.Fifos;
import corral.daemon.spawn.Inheritance;
import corral.daemon.spawn.LaunchSockets;
import corral.daemon.spawn.ProbeExits;
import corral.daemon.spawn.ProbeSpawner;
import corral.daemon.spawn.SocketPlaces;
import corral.daemon.spawn.ToolSpawner;
import corral.daemon.state.StateWriter;
import corral.daemon.upgrade.Check;
import corral.daemon.upgrade.HandOver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that touch the operating system for the supervisor: spawner, reaper, output. */
final class Machinery {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** A template that has not forked a worker by then hangs. */
    private static final int FORK_TIMEOUT_SECS = 30;

    /** How long the note of an exit is kept at least: longer than anything that follows from it takes. */
    private static final long NOTED_NS = TimeUnit.SECONDS.toNanos(2);

    /** Hears of exits, on the loop. */
    interface ExitListener {

        /** {@code atNs} is monotonic. */
        void onReaped(int pid, ExitStatus status, long atNs);
    }

    /** Hears what processes say of themselves, on the loop. */
    interface NotificationListener {

        /** {@code launch} is the number of the launch whose process speaks. */
        void onNotification(int launch, Notification said);
    }

    private final Native os;
    private final Loop loop;
    private final Supplier<DaemonConfig> config;
    private final Descriptors descriptors;
    private final Bag bag;
    private final DescriptorStore store;
    private final OutputReader reader;
    private final NotifyReader notifications;
    private final ChildSpawner spawner;
    private final ProbeExits probeExits = new ProbeExits();
    private final Prober prober;
    private final MemoryReader memory;
    private final Cgroups cgroups;
    private final Confinement confinement;
    private final Ports ports;
    private final Predecessor predecessor;
    private final PidFds pidFds;
    private final ProcessTable table = new ProcessTable();
    private final StateWriter records;
    private final Fifos fifos;
    private final ExitNotes exitNotes;
    private final FaultPoints faults;
    private ExitListener exits;
    private TransitionListener transitions;
    private Reaper reaper;

    Machinery(
            Native os,
            Loop loop,
            Map<String, String> environment,
            Path runtimeDirectory,
            Supplier<DaemonConfig> config,
            DescriptorLimit descriptorLimit,
            Syslog syslog,
            FaultPoints faults,
            Handed handed) {
        this.os = os;
        this.loop = loop;
        this.config = config;
        this.descriptors = new Descriptors(os);
        this.fifos = new Fifos(runtimeDirectory);
        this.exitNotes = new ExitNotes(runtimeDirectory.resolve("state"));
        this.faults = faults;
        this.reader = new OutputReader(descriptors, epoll(os), syslog::send, faults, handed.store());
        this.bag = handed.bag();
        this.store = handed.store();
        this.pidFds = new PidFds(os, PidFds.Support.probe(os));
        Inheritance inheritance = new Inheritance(bag, store, new LostSockets(pidFds), new SocketIdentity(os));
        ChildStdio stdio = new ChildStdio(descriptors, reader, fifos, config, bag);
        Sockets sockets = new Sockets(os);
        this.notifications = new NotifyReader(descriptors, sockets, epoll(os), store);
        SocketPlaces places = new SocketPlaces(runtimeDirectory, os.euid() == 0);
        LaunchSockets launchSockets = new LaunchSockets(sockets, places, notifications, inheritance);
        this.spawner = new ChildSpawner(loop, Clock.SYSTEM, stdio, launchSockets, environment, surroundings());
        ChildOutputs outputs = new ChildOutputs(loop, reader, stdio, notifications, this::autoLogs, spawner::execute);
        String place =
                "corral-" + Integer.toHexString(runtimeDirectory.toString().hashCode());
        this.cgroups = Cgroups.find(config.get().cgroup(), place, os.euid() == 0);
        this.confinement =
                new Confinement(new ResourceLimits(os), cgroups, runtimeDirectory, descriptorLimit::restoreFor, faults);
        CgroupSignals signals = new CgroupSignals(os, new KernelSignals(os), cgroups);
        this.prober = new Prober(
                Clock.SYSTEM, signals, new ProbeSpawner(spawner, descriptors, fifos, probeExits, environment));
        this.memory = new MemoryReader(os.pageBytes());
        this.predecessor = new Predecessor(runtimeDirectory, table, fifos, os.pid());
        this.records = new StateWriter(loop, runtimeDirectory, table, faults);
        this.ports = new Ports(
                loop,
                spawner,
                signals,
                outputs,
                senses(),
                records,
                transition -> transitions.onTransition(transition),
                faults);
    }

    Ports ports() {
        return ports;
    }

    /** Starts the threads, before the loop starts; exits are told after {@link #startReaping}. */
    void start(ExitListener hearsExits, NotificationListener hears, TransitionListener hearsToo) {
        exits = hearsExits;
        transitions = hearsToo;
        reader.start();
        records.start();
        notifications.start((source, said) ->
                loop.post("notified by " + source.process(), () -> hears.onNotification(source.launch(), said)));
        reaper = new Reaper(os, Clock.SYSTEM, exitNotes, faults, (pid, status, atNs) -> {
            ExitStatus all = withOomKills(pid, status);
            probeExits.onReaped(pid, all, () -> loop.post("exited " + pid, () -> onReaped(pid, all, atNs)));
        });
        spawner.start();
    }

    /** What an earlier daemon has left; empty when nothing is. What cannot be read is made up from the configuration. */
    Optional<Legacy> legacy(Config config) {
        return predecessor.legacy(config.groups(), ports.outputs());
    }

    /** Everyone is known whose end may be told from now on, and written down. */
    void startReaping() {
        cgroups.adopt();
        reaper.start();
        reaper.childLaunched();
        if (!predecessor.adopted().isEmpty()) {
            watchAdopted();
        }
        records.whenWritten(exitNotes::forgetOld);
    }

    private void watchAdopted() {
        ExitWatch watch = new ExitWatch(pidFds, table, epoll(os), Clock.SYSTEM);
        watch.start();
        predecessor
                .adopted()
                .forEach((pid, ticks) -> watch.watch(pid, ticks, (gone, status, atNs) -> {
                    ExitStatus all = withOomKills(gone, status);
                    loop.post("exited " + gone, () -> exits.onReaped(gone, all, atNs));
                }));
    }

    /** Its last words are in its log soon, and what follows from its end is written down. */
    private void onReaped(int pid, ExitStatus status, long atNs) {
        exits.onReaped(pid, status, atNs);
        loop.at(
                new Object(),
                loop.nowNs() + NOTED_NS,
                "settled " + pid,
                () -> records.whenWritten(() -> exitNotes.settled(pid)));
    }

    private ExitStatus withOomKills(int pid, ExitStatus status) {
        long kills = cgroups.takeOomKills(pid);
        cgroups.left(pid);
        return kills == 0
                ? status
                : status.with("memory_max was reached: the kernel killed " + kills + " of its processes");
    }

    /** Before any group is activated: what earlier daemons of this name left behind, except what is written to still. */
    void removeOldAutoLogs(Set<String> kept) {
        spawner.execute(() -> autoLogs().removeOld(kept));
    }

    /**
     * Launches nothing and moves no output until {@code until} is open and {@link #goOn} called; what the next daemon is to have, by
     * its names.
     */
    Map<String, Integer> hold(CountDownLatch until) {
        Map<String, Integer> all = new HashMap<>(spawner.handOver());
        reader.pause(until).join().forEach((fifo, fd) -> all.put(HandOver.FIFO + fifo, fd));
        return all;
    }

    /** Nobody has taken over. */
    void goOn() {
        spawner.goOn();
    }

    /** Lets go of what an earlier daemon held for this one and that nobody wants any more; the sockets of groups go with them. */
    void closeUnclaimed() {
        bag.left("").keySet().stream()
                .filter(name -> !name.startsWith("listen:") && !name.startsWith("workers:"))
                .forEach(name -> bag.take(name).ifPresent(fd -> {
                    store.drop(name, fd);
                    descriptors.close(fd);
                }));
    }

    /** The check of another version, before this daemon becomes it. */
    Check upgradeCheck() {
        return new Check(new ToolSpawner(spawner, probeExits), descriptors, new KernelSignals(os));
    }

    /** Closes the sockets of servers and removes their files; returns when that is done. */
    void end() {
        records.stop();
        spawner.end().join();
        cgroups.end();
    }

    void reopenLogs() {
        reader.reopen();
    }

    private AutoLogs autoLogs() {
        return new AutoLogs(config.get().childlogdir(), config.get().identifier(), new Random());
    }

    private Senses senses() {
        return new Senses() {
            @Override
            public void probe(String group, ProcessConfig config, Consumer<Optional<String>> answer) {
                Consumer<Optional<String>> onLoop =
                        seen -> loop.post("health of " + config.name(), () -> answer.accept(seen));
                try {
                    prober.probe(group, config, onLoop);
                } catch (OutOfMemoryError e) {
                    onLoop.accept(Optional.of("no thread for health checks: " + e.getMessage()));
                }
            }

            @Override
            public void memory(List<Integer> pids, Consumer<Map<Integer, Long>> answer) {
                try {
                    memory.read(pids, seen -> {
                        pids.forEach(Machinery.this::sayOomKills);
                        loop.post("memory", () -> answer.accept(seen));
                    });
                } catch (OutOfMemoryError e) {
                    // No thread is to be had now: the next look tries again.
                    loop.post("memory", () -> answer.accept(Map.of()));
                }
            }

            @Override
            public boolean limitsMemory(int pid) {
                return cgroups.limitsMemory(pid);
            }
        };
    }

    private void sayOomKills(int pid) {
        long kills = cgroups.takeOomKills(pid);
        if (kills > 0) {
            log.error(
                    "memory_max was reached: the kernel killed {} of the processes that pid {} has started",
                    kills,
                    pid);
        }
    }

    private ChildSpawner.Surroundings surroundings() {
        return new ChildSpawner.Surroundings() {
            @Override
            public NativeSpawner nativeSpawner() throws OsException {
                return new NativeSpawner(os, Capabilities.probe(os));
            }

            @Override
            public void launched(int pid) {
                reaper.childLaunched();
            }

            @Override
            public FaultPoints faults() {
                return faults;
            }

            @Override
            public Confinement confinement() {
                return confinement;
            }

            @Override
            public DescriptorLink.Pair templateLink() throws OsException {
                return DescriptorLink.pair(os, FORK_TIMEOUT_SECS);
            }

            @Override
            public DescriptorLink templateLink(int descriptor) {
                return DescriptorLink.inherited(os, descriptor);
            }
        };
    }

    private static Epoll epoll(Native os) {
        try {
            return new Epoll(os);
        } catch (OsException e) {
            throw new IllegalStateException(e);
        }
    }
}
