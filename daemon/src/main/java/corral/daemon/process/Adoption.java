package corral.daemon.process;

import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on where an earlier daemon has stopped: makes its groups again from what it has written down, with the settings that its processes run
 * with. What the configuration says by now is left to an update. Loop thread.
 */
final class Adoption {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Supervisor supervisor;
    private final Launches launches;
    private final Chronicle chronicle;
    private final Legacy legacy;
    /** Launches that the earlier daemon had asked for and that did not come about, or whose end nobody has heard of. */
    private final List<Runnable> afterwards = new ArrayList<>();

    private int alive;
    private int ended;

    Adoption(Supervisor supervisor, Launches launches, Chronicle chronicle, Legacy legacy) {
        this.supervisor = supervisor;
        this.launches = launches;
        this.chronicle = chronicle;
        this.legacy = legacy;
    }

    /** The groups, with their processes as they were; {@link #goOn} is to be called when they are in their places. */
    List<ProcessGroup> groups(Config config, Function<GroupConfig, ProcessGroup> maker) {
        supervisor.numbers().resume(legacy.daemon().numbers());
        for (Legacy.Heir heir : legacy.processes()) {
            launches.skip(heir.record().launch().number());
            chronicle.skip(heir.record().instance());
        }
        Map<String, GroupConfig> read =
                config.groups().stream().collect(Collectors.toMap(GroupConfig::name, Function.identity()));
        return legacy.daemon().groups().stream()
                .map(group -> group(group, Optional.ofNullable(read.get(group.name())), maker))
                .toList();
    }

    /** Hears of those that have ended, and launches what was about to be. */
    void goOn() {
        afterwards.forEach(Runnable::run);
        if (legacy.daemon().state() != SupervisorState.RUNNING) {
            // It was about to stop everything, and did not come to that: whoever has started this one wants it all to
            // run.
            supervisor.groups().forEach(this::startStopped);
        }
        log.info("took over from an earlier corrald: {} processes run, {} have ended since", alive, ended);
    }

    private void startStopped(ProcessGroup group) {
        for (ManagedProcess process : group.processes()) {
            if (process.config().autostart() && !process.state().isRunning()) {
                process.whenStopped()
                        .thenRun(() -> supervisor.ports().loop().post("start " + process.name(), () -> {
                            if (supervisor.mayStart(process) && process.state().isStopped()) {
                                supervisor.dependencies().startAgain(process);
                            }
                        }));
            }
        }
    }

    private ProcessGroup group(
            DaemonRecord.Group record, Optional<GroupConfig> read, Function<GroupConfig, ProcessGroup> maker) {
        List<Legacy.Heir> heirs = heirs(record.processes());
        List<ProcessConfig> configs =
                heirs.stream().map(heir -> heir.record().config()).toList();
        GroupConfig config = read.map(group -> group.with(configs))
                .orElse(new GroupConfig(record.name(), record.priority(), configs));
        ProcessGroup group = maker.apply(config);
        heirs.forEach(heir -> group.add(resume(heir)));
        heirs(record.retired()).forEach(heir -> {
            ManagedProcess process = resume(heir);
            group.retire(process);
            afterwards.add(process::retire);
        });
        heirs(record.successors()).forEach(heir -> resumeSuccessor(group, heir));
        return group;
    }

    private List<Legacy.Heir> heirs(List<Integer> instances) {
        return instances.stream().map(legacy::of).flatMap(Optional::stream).toList();
    }

    private void resumeSuccessor(ProcessGroup group, Legacy.Heir heir) {
        ManagedProcess successor = resume(heir);
        Optional<ManagedProcess> old = group.find(successor.name());
        group.addSuccessor(successor);
        if (old.isPresent() && Replacement.isUp(successor)) {
            afterwards.add(() -> supervisor.replacements().resume(group, old.get(), successor));
        } else {
            group.retire(successor);
            afterwards.add(successor::retire);
        }
    }

    private ManagedProcess resume(Legacy.Heir heir) {
        ProcessRecord record = heir.record();
        ManagedProcess process = supervisor.make(record);
        chronicle.resume(process, record.instance());
        int pid = pid(heir);
        boolean runs = heir.fate() instanceof Legacy.Alive;
        boolean stands = process.resume(record, pid, runs);
        if (runs) {
            alive++;
            launches.resume(process, pid);
            supervisor.ports().outputs().resume(record.group(), record.config(), record.logs());
            supervisor
                    .ports()
                    .spawner()
                    .resume(
                            new Spawner.Request(
                                    record.group(),
                                    record.config(),
                                    record.logs(),
                                    record.launch().number()),
                            pid,
                            () -> {});
            log.info("'{}' goes on with pid {}", process.namespec(), pid);
        } else if (heir.fate() instanceof Legacy.Ended end) {
            ended++;
            // Its last words may wait in what was handed over.
            supervisor.ports().outputs().resume(record.group(), record.config(), record.logs());
            launches.resume(process, pid);
            ExitStatus status = record.past().lastExit().orElse(end.status());
            log.warn("'{}' ({}) has ended while no corrald ran: {}", process.namespec(), pid, status.text());
            afterwards.add(() ->
                    launches.onReaped(pid, status, supervisor.ports().loop().nowNs()));
        } else if (!stands) {
            afterwards.add(() -> supervisor.dependencies().startAgain(process));
        }
        return process;
    }

    private static int pid(Legacy.Heir heir) {
        return heir.fate() instanceof Legacy.Alive found
                ? found.pid()
                : heir.record().launch().pid();
    }

    /** Says what an update would change. */
    static void report(GroupDiff diff) {
        String text = Stream.of(
                        part("added", diff.added()), part("changed", diff.changed()), part("removed", diff.removed()))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
        if (!text.isEmpty()) {
            log.warn("the configuration has changed meanwhile ({}): 'corralctl update' applies it", text);
        }
    }

    private static String part(String what, List<String> names) {
        return names.isEmpty() ? "" : what + ": " + String.join(", ", names);
    }
}
