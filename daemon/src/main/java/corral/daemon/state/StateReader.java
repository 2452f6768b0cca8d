package corral.daemon.state;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fault.FaultPoints;
import corral.daemon.os.ProcessTable;
import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.Legacy;
import corral.daemon.process.LogPaths;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.State;
import corral.daemon.process.SupervisorState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an earlier daemon has written down, and looks what has become of it. What is damaged, or of somebody else, or of another boot or
 * container, is said and set aside. Used once, before the loop begins.
 */
public final class StateReader {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** Supervisor's default priority. */
    private static final int LAST = 999;

    /** What the reader must be told. */
    public interface Surroundings {

        /** Paths of the FIFOs that are the standard streams of a process. */
        Set<String> fifos(String group, String process);

        /** How a child ended whose daemon was killed before it could say so; empty when nobody has noted it. */
        Optional<ExitStatus> noted(int pid, long startTicks);

        /** Where a process whose record is lost writes from now on. */
        LogPaths logs(String group, ProcessConfig config);
    }

    /** A record, and what else was written beside it. */
    record Entry(ProcessRecord record, long ticks) {}

    private final StateFiles files;
    private final ProcessTable table;
    private final Surroundings surroundings;
    private final int self;
    private final Map<Integer, Long> adopted = new TreeMap<>();
    private boolean damaged;

    /**
     * A reader.
     *
     * @param self pid of this daemon
     */
    public StateReader(Path runtimeDirectory, ProcessTable table, Surroundings surroundings, int self) {
        this.files = new StateFiles(runtimeDirectory, FaultPoints.NONE);
        this.table = table;
        this.surroundings = surroundings;
        this.self = self;
    }

    /**
     * What there is to go on with; empty when nothing is.
     *
     * @param configured what stands in for a process of which nothing can be read
     */
    public Optional<Legacy> read(List<GroupConfig> configured) {
        try {
            Map<Integer, Entry> entries = entries();
            Optional<DaemonRecord> daemon = daemon();
            if (entries.isEmpty() && !damaged) {
                return Optional.empty();
            }
            if (damaged || daemon.isPresent()) {
                new Unrecorded(table, surroundings, entries).complete(configured, daemon);
            }
            List<Legacy.Heir> heirs = heirs(entries);
            if (!files.has(StateWriter.DAEMON) && isNobodyAlive(heirs)) {
                // It died while it began: before that is written nothing is launched.
                for (int instance : entries.keySet()) {
                    files.remove(Integer.toString(instance));
                }
                return Optional.empty();
            }
            return Optional.of(completed(daemon.orElseGet(() -> guess(entries)), heirs));
        } catch (IOException e) {
            log.error(
                    "what an earlier corrald has written down cannot be read, its processes are not known: {}",
                    e.toString());
            return Optional.empty();
        }
    }

    /** Children that run and are not ours, with the time of their start: somebody must watch them. After {@link #read}. */
    public Map<Integer, Long> adopted() {
        return Map.copyOf(adopted);
    }

    private Map<Integer, Entry> entries() throws IOException {
        Map<Integer, Entry> entries = new LinkedHashMap<>();
        int stale = 0;
        for (String name : files.names()) {
            try {
                Fields fields = files.read(name);
                if (isOfThisWorld(fields)) {
                    ProcessRecord record = RecordText.readProcess(fields);
                    entries.put(record.instance(), new Entry(record, fields.number("ticks")));
                } else {
                    files.setAside(name);
                    stale++;
                }
            } catch (DamagedException e) {
                damaged(name, e);
            }
        }
        if (stale > 0) {
            log.info("what was written down of {} processes is of another boot or container: they are no more", stale);
        }
        return entries;
    }

    private Optional<DaemonRecord> daemon() throws IOException {
        if (!files.has(StateWriter.DAEMON)) {
            return Optional.empty();
        }
        try {
            Fields fields = files.read(StateWriter.DAEMON);
            if (isOfThisWorld(fields)) {
                return Optional.of(RecordText.readDaemon(fields));
            }
            files.setAside(StateWriter.DAEMON);
        } catch (DamagedException e) {
            damaged(StateWriter.DAEMON, e);
        }
        return Optional.empty();
    }

    private void damaged(String name, DamagedException why) throws IOException {
        damaged = true;
        Path place = files.setAside(name);
        log.error(
                "state file '{}' of an earlier corrald is not trusted: {}; it was set aside as {}",
                name,
                why.getMessage(),
                place);
    }

    private boolean isOfThisWorld(Fields fields) throws DamagedException {
        return fields.text("world").equals(table.world());
    }

    private List<Legacy.Heir> heirs(Map<Integer, Entry> entries) {
        Set<Integer> known = new HashSet<>();
        entries.values().forEach(entry -> known.add(entry.record().launch().pid()));
        List<Legacy.Heir> heirs = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Legacy.Fate fate = fate(entry, known);
            if (fate instanceof Legacy.Alive alive) {
                known.add(alive.pid());
                if (table.parent(alive.pid()) != self) {
                    adopted.put(alive.pid(), table.startTicks(alive.pid()).orElse(-1L));
                }
            }
            heirs.add(new Legacy.Heir(entry.record(), fate));
        }
        return heirs;
    }

    private Legacy.Fate fate(Entry entry, Set<Integer> known) {
        int pid = entry.record().launch().pid();
        if (pid == 0) {
            return isLaunching(entry.record()) ? search(entry, known) : new Legacy.Childless();
        }
        boolean there =
                table.startTicks(pid).filter(ticks -> ticks == entry.ticks()).isPresent();
        if (!there) {
            return new Legacy.Ended(surroundings.noted(pid, entry.ticks()).orElse(ExitStatus.UNKNOWN));
        }
        // One of our own tells how it ended when it is reaped.
        Optional<ExitStatus> ended = table.parent(pid) == self ? Optional.empty() : table.zombie(pid);
        return ended.isPresent() ? new Legacy.Ended(ended.get()) : new Legacy.Alive(pid);
    }

    private static boolean isLaunching(ProcessRecord record) {
        return (record.state() == State.STARTING || record.state() == State.STOPPING)
                && record.restart().heldFor().isEmpty()
                && record.launch().number() != 0
                && record.stop().leftGroup() == 0;
    }

    /** The daemon may have been killed after the launch and before it could write down the pid. */
    private Legacy.Fate search(Entry entry, Set<Integer> known) {
        ProcessRecord record = entry.record();
        Optional<Integer> found = table.find(new ProcessTable.Search(
                entry.ticks(),
                known,
                surroundings.fifos(record.group(), record.name()),
                record.group(),
                record.name()));
        return found.isPresent() ? new Legacy.Alive(found.get()) : new Legacy.Childless();
    }

    private static boolean isNobodyAlive(List<Legacy.Heir> heirs) {
        return heirs.stream().noneMatch(heir -> heir.fate() instanceof Legacy.Alive);
    }

    /** A process that is in no group was about to come or to go: one that runs is not forgotten, but ended. */
    private Legacy completed(DaemonRecord daemon, List<Legacy.Heir> heirs) throws IOException {
        Set<Integer> listed = new HashSet<>();
        daemon.groups().forEach(group -> {
            listed.addAll(group.processes());
            listed.addAll(group.successors());
            listed.addAll(group.retired());
        });
        Map<String, DaemonRecord.Group> groups = new LinkedHashMap<>();
        daemon.groups().forEach(group -> groups.put(group.name(), group));
        List<Legacy.Heir> kept = new ArrayList<>();
        for (Legacy.Heir heir : heirs) {
            int instance = heir.record().instance();
            if (listed.contains(instance)) {
                kept.add(heir);
            } else if (heir.fate() instanceof Legacy.Alive) {
                kept.add(heir);
                groups.compute(heir.record().group(), (name, group) -> withRetired(name, group, instance));
            } else {
                files.remove(Integer.toString(instance));
            }
        }
        return new Legacy(
                new DaemonRecord(daemon.state(), List.copyOf(groups.values()), daemon.numbers()), List.copyOf(kept));
    }

    private static DaemonRecord.Group withRetired(String name, DaemonRecord.Group group, int instance) {
        if (group == null) {
            return new DaemonRecord.Group(name, LAST, List.of(), List.of(), List.of(instance));
        }
        List<Integer> retired = new ArrayList<>(group.retired());
        retired.add(instance);
        return new DaemonRecord.Group(name, group.priority(), group.processes(), group.successors(), retired);
    }

    /** What groups there were, where only the processes are known: of several of a name the last one has it. */
    private static DaemonRecord guess(Map<Integer, Entry> entries) {
        Map<String, Map<String, Integer>> current = new LinkedHashMap<>();
        Map<String, List<Integer>> retired = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            ProcessRecord record = entry.record();
            Integer older = current.computeIfAbsent(record.group(), group -> new LinkedHashMap<>())
                    .put(record.name(), record.instance());
            if (older != null) {
                retired.computeIfAbsent(record.group(), group -> new ArrayList<>())
                        .add(older);
            }
        }
        List<DaemonRecord.Group> groups = current.entrySet().stream()
                .map(group -> new DaemonRecord.Group(
                        group.getKey(),
                        LAST,
                        List.copyOf(group.getValue().values()),
                        List.of(),
                        retired.getOrDefault(group.getKey(), List.of())))
                .toList();
        return new DaemonRecord(SupervisorState.RUNNING, groups, Map.of());
    }
}
