package corral.daemon.os;

import corral.daemon.process.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The processes of this machine or container as {@code /proc} shows them. Any thread; reads files that block only as the
 * kernel does. A clock tick is 1/100 s since boot, suspension included, whatever happens to the wall clock.
 */
public final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final int TICKS_PER_SECOND = 100;

    private final Path proc;

    /** The kernel's table. */
    public ProcessTable() {
        this(PROC);
    }

    /** A table of a test's own making. */
    ProcessTable(Path proc) {
        this.proc = proc;
    }

    /**
     * A child that was launched, but whose pid nobody has noted.
     *
     * @param sinceTicks it was not started earlier
     * @param known pids that are somebody else
     * @param fifos at least one of its standard streams is one of these files
     * @param group or else its environment names this group,
     * @param process and this process
     */
    public record Search(long sinceTicks, Set<Integer> known, Set<String> fifos, String group, String process) {

        /** Copies what it is given. */
        public Search {
            known = Set.copyOf(known);
            fifos = Set.copyOf(fifos);
        }
    }

    /** When a process was started; with its pid that names it for ever. Empty when there is none, a number also for a zombie. */
    public Optional<Long> startTicks(int pid) {
        return stat(pid).map(ProcStat::startTicks);
    }

    /** The time now, as {@link #startTicks} counts it. */
    public long nowTicks() {
        try {
            String[] words = Files.readString(proc.resolve("uptime")).split(" ", 2);
            return Math.round(Double.parseDouble(words[0]) * TICKS_PER_SECOND);
        } catch (IOException e) {
            throw new IllegalStateException("/proc/uptime cannot be read", e);
        }
    }

    /** What pids and ticks refer to: this boot of the kernel and this container. Nothing noted in another world means anything here. */
    public String world() {
        String boot = text(proc.resolve("sys/kernel/random/boot_id"));
        String namespace = link(proc.resolve("self/ns/pid")).orElse("");
        long init = startTicks(1).orElse(0L);
        return boot + " " + namespace + " " + init;
    }

    /** How a process ended that nobody has reaped yet; UNKNOWN when we may not know it. Empty when it lives or is gone. */
    public Optional<ExitStatus> zombie(int pid) {
        Optional<ProcStat> stat = stat(pid).filter(ProcStat::isZombie);
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        // Both are allowed to the same readers; those who may not know are shown exit code 0.
        boolean allowed = link(proc.resolve(pid + "/ns/user")).isPresent();
        return Optional.of(allowed ? ExitStatus.fromWaitStatus(stat.get().exitCode()) : ExitStatus.UNKNOWN);
    }

    /** Whether a process has ended and nobody has reaped it yet. */
    boolean isZombie(int pid) {
        return stat(pid).filter(ProcStat::isZombie).isPresent();
    }

    /** Whether anything in a process group is no zombie. Looks at all processes. */
    boolean livesInGroup(int group) {
        try (DirectoryStream<Path> pids = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : pids) {
                Optional<ProcStat> stat =
                        ProcStat.read(proc, entry.getFileName().toString());
                if (stat.isPresent()
                        && stat.get().group() == group
                        && !stat.get().isZombie()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("/proc cannot be read", e);
        }
    }

    /** The parent of a process, 0 when it has none or is none. */
    public int parent(int pid) {
        return stat(pid).map(ProcStat::parent).orElse(0);
    }

    /**
     * Looks for a child of an earlier daemon: the leader of a process group. Of several the one that was started first; one
     * that is known by its streams goes before one that is known by its environment.
     */
    public Optional<Integer> find(Search search) {
        Map<Integer, ProcStat> leaders = leaders(search);
        Optional<Integer> byStreams = first(leaders, pid -> hasStream(pid, search.fifos()));
        return byStreams.isPresent()
                ? byStreams
                : first(leaders, pid -> isOrphan(leaders.get(pid)) && isNamed(pid, search));
    }

    /**
     * Children that a killed daemon had cloned and that have not become another program, for which they wait for ever: they still have the file
     * open that only the daemon had, and one thread, where a daemon has many.
     */
    public List<Integer> unborn(Path heldByDaemon) {
        return leaders(new Search(0, Set.of(), Set.of(), "", "")).entrySet().stream()
                .filter(leader -> leader.getValue().threads() == 1 && isOrphan(leader.getValue()))
                .map(Map.Entry::getKey)
                .filter(pid -> hasOpen(pid, heldByDaemon))
                .toList();
    }

    private boolean hasOpen(int pid, Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(proc.resolve(pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (link(descriptor).filter(file.toString()::equals).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private interface Test {
        boolean matches(int pid);
    }

    private static Optional<Integer> first(Map<Integer, ProcStat> candidates, Test test) {
        return candidates.entrySet().stream()
                .sorted(Comparator.comparingLong(
                        candidate -> candidate.getValue().startTicks()))
                .map(Map.Entry::getKey)
                .filter(test::matches)
                .findFirst();
    }

    private Map<Integer, ProcStat> leaders(Search search) {
        Map<Integer, ProcStat> found = new TreeMap<>();
        try (DirectoryStream<Path> pids = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : pids) {
                int pid = Integer.parseInt(entry.getFileName().toString());
                stat(pid)
                        .filter(stat -> stat.group() == pid && stat.startTicks() >= search.sinceTicks())
                        .filter(stat -> !search.known().contains(pid))
                        .ifPresent(stat -> found.put(pid, stat));
            }
        } catch (IOException e) {
            throw new IllegalStateException("/proc cannot be read", e);
        }
        return found;
    }

    private boolean hasStream(int pid, Set<String> files) {
        for (int fd = 0; fd <= 2; fd++) {
            if (link(proc.resolve(pid + "/fd/" + fd)).filter(files::contains).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The environment alone would also name a child of another daemon that lives. */
    private boolean isOrphan(ProcStat stat) {
        return stat.parent() <= 1 || ownLine().contains(stat.parent());
    }

    /** This process and those above it, who get the children of a daemon that dies. */
    private Set<Integer> ownLine() {
        Set<Integer> line = new HashSet<>();
        int pid = (int) ProcessHandle.current().pid();
        while (pid > 0 && line.add(pid)) {
            pid = parent(pid);
        }
        return line;
    }

    private boolean isNamed(int pid, Search search) {
        try {
            byte[] bytes = Files.readAllBytes(proc.resolve(pid + "/environ"));
            List<String> variables = List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
            return variables.contains("SUPERVISOR_GROUP_NAME=" + search.group())
                    && variables.contains("SUPERVISOR_PROCESS_NAME=" + search.process());
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<ProcStat> stat(int pid) {
        return ProcStat.read(proc, Integer.toString(pid));
    }

    private static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String text(Path path) {
        try {
            return Files.readString(path).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
