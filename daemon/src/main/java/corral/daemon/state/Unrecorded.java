package corral.daemon.state;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.os.ProcessTable;
import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes up records of processes whose own cannot be trusted: by the configuration and by what the kernel shows, so that a child that runs is
 * neither left alone nor joined by a second one.
 */
final class Unrecorded {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long TICK_MS = 10;

    private final ProcessTable table;
    private final StateReader.Surroundings surroundings;
    private final Map<Integer, StateReader.Entry> entries;
    private int lastLaunch;
    private int lastInstance;

    /** Adds to {@code entries}, which have the number of their process. */
    Unrecorded(ProcessTable table, StateReader.Surroundings surroundings, Map<Integer, StateReader.Entry> entries) {
        this.table = table;
        this.surroundings = surroundings;
        this.entries = entries;
        entries.values().forEach(entry -> {
            lastLaunch = Math.max(lastLaunch, entry.record().launch().number());
            lastInstance = Math.max(lastInstance, entry.record().instance());
        });
    }

    /**
     * Adds those that are missing.
     *
     * @param daemon says which there were; empty when that is not known, so that all that are configured count
     */
    void complete(List<GroupConfig> configured, Optional<DaemonRecord> daemon) {
        for (GroupConfig group : configured) {
            List<Integer> lost = daemon.isPresent() ? lost(group.name(), daemon.get()) : numbers(group);
            Set<String> recorded = names(group.name(), daemon);
            for (ProcessConfig config : group.processes()) {
                if (!lost.isEmpty() && !recorded.contains(config.name())) {
                    int instance = lost.remove(0);
                    entries.put(instance, entry(instance, group.name(), config));
                }
            }
        }
    }

    /** Numbers of processes of a group that nothing can be read of. */
    private List<Integer> lost(String group, DaemonRecord daemon) {
        List<Integer> lost = new ArrayList<>();
        listed(group, daemon).filter(instance -> !entries.containsKey(instance)).forEach(lost::add);
        return lost;
    }

    private static java.util.stream.Stream<Integer> listed(String group, DaemonRecord daemon) {
        return daemon.groups().stream()
                .filter(record -> record.name().equals(group))
                .flatMap(record -> record.processes().stream());
    }

    /** As many new ones as a group may need. */
    private List<Integer> numbers(GroupConfig group) {
        List<Integer> numbers = new ArrayList<>();
        group.processes().forEach(config -> numbers.add(++lastInstance));
        return numbers;
    }

    private Set<String> names(String group, Optional<DaemonRecord> daemon) {
        Set<Integer> current = new HashSet<>();
        daemon.ifPresent(record -> listed(group, record).forEach(current::add));
        Set<String> names = new HashSet<>();
        entries.values().stream()
                .map(StateReader.Entry::record)
                .filter(record -> record.group().equals(group))
                .filter(record -> daemon.isEmpty() || current.contains(record.instance()))
                .forEach(record -> names.add(record.name()));
        return names;
    }

    private StateReader.Entry entry(int instance, String group, ProcessConfig config) {
        Set<Integer> known = new HashSet<>();
        entries.values().forEach(entry -> known.add(entry.record().launch().pid()));
        Optional<Integer> pid = table.find(
                new ProcessTable.Search(0, known, surroundings.fifos(group, config.name()), group, config.name()));
        Optional<Long> ticks = pid.flatMap(table::startTicks);
        if (ticks.isEmpty()) {
            log.warn("nothing is known of '{}', and it does not run: it begins anew", config.name());
            State state = config.autostart() ? State.STARTING : State.STOPPED;
            return new StateReader.Entry(
                    record(instance, group, config, state, ProcessRecord.Launch.NONE, ProcessRecord.Past.NONE), 0);
        }
        log.warn(
                "nothing is known of '{}' but that it runs with pid {}: it goes on as it is configured now",
                config.name(),
                pid.get());
        long ageMs = (table.nowTicks() - ticks.get()) * TICK_MS;
        ProcessRecord.Launch launch =
                new ProcessRecord.Launch(++lastLaunch, pid.get(), System.nanoTime() - ageMs * 1_000_000, "", "");
        ProcessRecord.Past past =
                new ProcessRecord.Past(System.currentTimeMillis() - ageMs, 0, Optional.empty(), "", 0, 0);
        return new StateReader.Entry(record(instance, group, config, State.RUNNING, launch, past), ticks.get());
    }

    private ProcessRecord record(
            int instance,
            String group,
            ProcessConfig config,
            State state,
            ProcessRecord.Launch launch,
            ProcessRecord.Past past) {
        return new ProcessRecord(
                instance,
                group,
                config,
                surroundings.logs(group, config),
                state,
                launch,
                past,
                ProcessRecord.Restart.NONE,
                ProcessRecord.Stop.NONE);
    }
}
