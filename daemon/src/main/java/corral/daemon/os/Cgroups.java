package corral.daemon.os;

import corral.daemon.config.Limits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroups of the children: one for each launch that needs one, all below one directory of this daemon, which is known by
 * its runtime directory. Any thread.
 *
 * <p>The kernel lets a cgroup with processes of its own have no controllers for those below. So the daemon, and what it has
 * launched without a cgroup, moves aside when the first controller is needed.
 */
public final class Cgroups {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final String CONTROL = "cgroup.subtree_control";
    private static final String OOM_KILL = "oom_kill";
    private static final String MEMORY_EVENTS = "memory.events";

    private final CgroupPlace.Answer place;
    private final String name;
    private final Map<Integer, Leaf> byPid = new HashMap<>();
    private final List<Cgroup> stale = new ArrayList<>();
    private final Map<String, String> refused = new HashMap<>();

    /** A child's cgroup and what was seen in it. */
    private static final class Leaf {
        private final Cgroup cgroup;
        private final boolean limitsMemory;
        private boolean left;
        private long oomKills;

        Leaf(Cgroup cgroup) {
            this.cgroup = cgroup;
            this.limitsMemory = !cgroup.read("memory.max").isEmpty()
                    && !cgroup.read("memory.max").equals("max");
        }
    }

    /**
     * A cgroup for a launch.
     *
     * @param cgroup nothing where none can be had
     * @param missing the limits that it does not hold: option and reason
     */
    public record Made(Optional<Cgroup> cgroup, Map<String, String> missing) {}

    /**
     * Looks where this daemon may make cgroups.
     *
     * @param wanted {@code auto}, {@code off} or a path
     * @param name of the directory of this daemon, the same for its successor
     */
    public static Cgroups find(String wanted, String name, boolean asRoot) {
        return new Cgroups(new CgroupPlace(Path.of("/"), asRoot).find(wanted), name);
    }

    Cgroups(CgroupPlace.Answer place, String name) {
        this.place = place;
        this.name = name;
    }

    /** Whether launches can have cgroups, whatever can be limited in them. */
    public boolean isUsable() {
        return place.cgroup().isPresent();
    }

    /** A new cgroup for a launch, with what can be limited in it. */
    public synchronized Made make(String leaf, Limits limits) {
        Map<String, String> wanted = files(limits);
        Map<String, String> missing = new LinkedHashMap<>();
        if (place.cgroup().isEmpty()) {
            wanted.keySet().forEach(file -> missing.put(option(file), place.reason()));
            return new Made(Optional.empty(), missing);
        }
        sweep();
        try {
            Cgroup mine = place.cgroup().get().make(name);
            wanted.keySet().forEach(file -> enable(mine, controller(file)));
            Cgroup made = fresh(mine, leaf);
            return new Made(Optional.of(made), set(made, limits));
        } catch (IOException e) {
            wanted.keySet().forEach(file -> missing.put(option(file), e.toString()));
            return new Made(Optional.empty(), missing);
        }
    }

    /** Moves a new process into its cgroup. */
    public void enter(int pid, Cgroup cgroup) throws IOException {
        cgroup.add(pid);
        synchronized (this) {
            Leaf earlier = byPid.put(pid, new Leaf(cgroup));
            if (earlier != null) {
                // Its pid has been given anew, but something it has started still lives.
                stale.add(earlier.cgroup);
            }
        }
    }

    /** Nobody came to use a cgroup. */
    public synchronized void discard(Cgroup cgroup) {
        byPid.values().removeIf(leaf -> leaf.cgroup.equals(cgroup));
        stale.add(cgroup);
        sweep();
    }

    /** Takes over the cgroups of an earlier daemon, or of this one before it became another version; those that are empty go. */
    public synchronized void adopt() {
        if (place.cgroup().isEmpty()) {
            return;
        }
        Path mine = place.cgroup().get().directory().resolve(name);
        try (DirectoryStream<Path> leaves = Files.newDirectoryStream(mine, Files::isDirectory)) {
            for (Path directory : leaves) {
                Cgroup cgroup = new Cgroup(directory);
                if (!cgroup.remove()) {
                    Leaf leaf = new Leaf(cgroup);
                    // Which of them was launched into it is not known here, and the others do no harm.
                    cgroup.members().forEach(pid -> byPid.put(pid, leaf));
                }
            }
        } catch (IOException e) {
            // There is none.
        }
    }

    /** The cgroup in which a process was launched, as long as anything is in it. */
    public synchronized Optional<Cgroup> of(int pid) {
        return Optional.ofNullable(byPid.get(pid)).map(leaf -> leaf.cgroup);
    }

    /** Whether the kernel sees to it that a process does not have too much memory. */
    public synchronized boolean limitsMemory(int pid) {
        Leaf leaf = byPid.get(pid);
        return leaf != null && leaf.limitsMemory;
    }

    /** How many processes the kernel has killed in the cgroup of a process since the last call, because its memory was used up. */
    public synchronized long takeOomKills(int pid) {
        Leaf leaf = byPid.get(pid);
        if (leaf == null) {
            return 0;
        }
        long kills = leaf.cgroup.number(MEMORY_EVENTS, OOM_KILL);
        long fresh = kills - leaf.oomKills;
        leaf.oomKills = kills;
        return fresh;
    }

    /** A process has been reaped: its cgroup goes when nothing is left in it. */
    public synchronized void left(int pid) {
        Leaf leaf = byPid.get(pid);
        if (leaf != null) {
            leaf.left = true;
            sweep();
        }
    }

    /** Nothing runs any more: what is empty goes. */
    public synchronized void end() {
        byPid.values().forEach(leaf -> leaf.left = true);
        sweep();
        place.cgroup()
                .map(cgroup -> new Cgroup(cgroup.directory().resolve(name)))
                .ifPresent(Cgroup::remove);
    }

    private void sweep() {
        byPid.values().removeIf(leaf -> leaf.left && !leaf.cgroup.isPopulated() && leaf.cgroup.remove());
        stale.removeIf(Cgroup::remove);
    }

    private static Cgroup fresh(Cgroup mine, String leaf) throws IOException {
        String unique = leaf;
        // What an earlier one of this name has left in its cgroup keeps it.
        for (int i = 2; Files.exists(mine.directory().resolve(unique)); i++) {
            if (new Cgroup(mine.directory().resolve(unique)).remove()) {
                break;
            }
            unique = leaf + "." + i;
        }
        return mine.make(unique);
    }

    /** Writes limits into a cgroup; what it does not take: option and reason. */
    Map<String, String> set(Cgroup made, Limits limits) {
        Map<String, String> missing = new LinkedHashMap<>();
        files(limits).forEach((file, value) -> set(made, file, value, missing));
        return missing;
    }

    private void set(Cgroup made, String file, String value, Map<String, String> missing) {
        if (!made.has(file)) {
            missing.put(
                    option(file),
                    refused.getOrDefault(
                            controller(file),
                            "there is no " + controller(file) + " controller in "
                                    + place.cgroup().orElseThrow().directory()));
            return;
        }
        try {
            made.write(file, value);
        } catch (IOException e) {
            missing.put(option(file), e.toString());
        }
    }

    private void enable(Cgroup mine, String controller) {
        Cgroup base = place.cgroup().orElseThrow();
        if (!base.words("cgroup.controllers").contains(controller)
                || mine.words(CONTROL).contains(controller)) {
            return;
        }
        try {
            if (!base.words(CONTROL).contains(controller)) {
                stepAside(base);
                base.write(CONTROL, "+" + controller);
            }
            mine.write(CONTROL, "+" + controller);
            refused.remove(controller);
        } catch (IOException e) {
            refused.put(
                    controller,
                    "the " + controller + " controller of " + base.directory() + " cannot be enabled (" + e.getMessage()
                            + "); processes in it: " + base.members());
        }
    }

    /** Of a cgroup that is not the root of all, the daemon and its children without a cgroup leave. */
    private void stepAside(Cgroup base) throws IOException {
        if (!base.has("cgroup.type")) {
            return;
        }
        int self = (int) ProcessHandle.current().pid();
        Cgroup aside = base.make(CgroupPlace.SELF);
        for (int pid : base.members()) {
            if (descends(pid, self)) {
                try {
                    aside.add(pid);
                } catch (IOException e) {
                    log.debug("{} stays in {}: {}", pid, base.directory(), e.toString());
                }
            }
        }
    }

    private static boolean descends(int pid, int from) {
        Optional<ProcessHandle> at = ProcessHandle.of(pid);
        while (at.isPresent() && at.get().pid() != from) {
            at = at.get().parent();
        }
        return at.isPresent();
    }

    private static Map<String, String> files(Limits limits) {
        Map<String, String> files = new LinkedHashMap<>();
        if (limits.memoryMax() > 0) {
            files.put("memory.max", Long.toString(limits.memoryMax()));
        }
        if (limits.memoryHigh() > 0) {
            files.put("memory.high", Long.toString(limits.memoryHigh()));
        }
        limits.cpuMax().ifPresent(max -> files.put("cpu.max", max));
        if (limits.pidsMax() > 0) {
            files.put("pids.max", Long.toString(limits.pidsMax()));
        }
        return files;
    }

    private static String controller(String file) {
        return file.substring(0, file.indexOf('.'));
    }

    private static String option(String file) {
        return file.replace('.', '_');
    }
}
