package corral.daemon.spawn;

import corral.daemon.config.Limits;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.Rlimit;
import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Cgroup;
import corral.daemon.os.Cgroups;
import corral.daemon.os.NativeSpawner;
import corral.daemon.os.OsException;
import corral.daemon.os.ResourceLimits;
import corral.daemon.process.SpawnPlan;
import corral.daemon.process.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that children have their limits before they execute: a cgroup of their own where there can be one, resource limits,
 * niceness. What cannot be had is said once for each process, with what stands in. Spawner thread; what is done to a child
 * while it waits is done on another one meanwhile.
 */
public final class Confinement {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final String MEMORY_MAX = "memory_max";
    private static final String PIDS_MAX = "pids_max";

    private final ResourceLimits limits;
    private final Cgroups cgroups;
    private final Path gates;
    private final IntConsumer ordinary;
    private final FaultPoints faults;
    /** Templates have threads of their own. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /**
     * Limits of the children of one daemon.
     *
     * @param gates where FIFOs may be made
     * @param ordinary gives a child the number of descriptors that is not corrald's own
     */
    public Confinement(ResourceLimits limits, Cgroups cgroups, Path gates, IntConsumer ordinary, FaultPoints faults) {
        this.faults = faults;
        this.limits = limits;
        this.cgroups = cgroups;
        this.gates = gates;
        this.ordinary = ordinary;
    }

    int spawn(NativeSpawner spawner, SpawnPlan plan, Spawner.Request request) throws OsException {
        if (!isWanted(request.config())) {
            int pid = spawner.spawn(plan);
            ordinary.accept(pid);
            return pid;
        }
        Optional<Cgroup> cgroup = cgroup(request);
        try {
            return spawner.spawn(plan, gates, pid -> {
                faults.reached("spawn.gated");
                enter(pid, request.config(), cgroup);
            });
        } catch (OsException e) {
            cgroup.ifPresent(cgroups::discard);
            throw e;
        }
    }

    /** A child without a configuration of its own. */
    void ordinary(int pid) {
        ordinary.accept(pid);
    }

    /** A worker that was forked from its template, and runs already. */
    void onForked(int pid, Spawner.Request request) {
        ordinary.accept(pid);
        if (isWanted(request.config())) {
            enter(pid, request.config(), cgroup(request));
        }
    }

    private boolean isWanted(ProcessConfig config) {
        return wantsCgroup(config) || !config.additions().limits().equals(Limits.NONE);
    }

    /** A cgroup is also what finds everything that is to be killed together. */
    private boolean wantsCgroup(ProcessConfig config) {
        return config.additions().limits().needsCgroup() || (config.killasgroup() && cgroups.isUsable());
    }

    private Optional<Cgroup> cgroup(Spawner.Request request) {
        ProcessConfig config = request.config();
        if (!wantsCgroup(config)) {
            return Optional.empty();
        }
        String name = Fifos.encode(request.group()) + ":" + Fifos.encode(config.name()) + "." + request.launch();
        Cgroups.Made made = cgroups.make(name, config.additions().limits());
        made.missing().forEach((option, reason) -> sayMissing(request, option, reason));
        return made.cgroup();
    }

    private void sayMissing(Spawner.Request request, String option, String reason) {
        ProcessConfig config = request.config();
        if (said.add(request.group() + ":" + config.name() + " " + option)) {
            log.warn(
                    "'{}': {} is not held by the kernel here ({}); {}",
                    config.name(),
                    option,
                    reason,
                    instead(config, option));
        }
    }

    private static String instead(ProcessConfig config, String option) {
        return switch (option) {
            case MEMORY_MAX -> "it is replaced when its own resident memory is beyond, as with max_memory";
            case PIDS_MAX ->
                config.user()
                        .map(user -> "rlimit_nproc stands in, which counts all processes of " + user.name())
                        .orElse("nothing stands in: rlimit_nproc would count all processes of the user");
            default -> "nothing stands in";
        };
    }

    private void enter(int pid, ProcessConfig config, Optional<Cgroup> cgroup) {
        Limits wanted = config.additions().limits();
        if (cgroup.isPresent()) {
            try {
                cgroups.enter(pid, cgroup.get());
            } catch (IOException e) {
                log.error("'{}' ({}) cannot have its cgroup: {}", config.name(), pid, e.toString());
                cgroups.discard(cgroup.get());
            }
        }
        if (!wanted.rlimits().containsKey(Rlimit.NOFILE)) {
            ordinary.accept(pid);
        }
        boolean standsIn =
                wanted.pidsMax() > 0 && !hasPidsMax(cgroup) && config.user().isPresent();
        if (standsIn && !wanted.rlimits().containsKey(Rlimit.NPROC)) {
            set(pid, config, Rlimit.NPROC, new Rlimit.Value(wanted.pidsMax(), wanted.pidsMax()));
        }
        wanted.rlimits().forEach((limit, value) -> set(pid, config, limit, value));
        wanted.nice().ifPresent(nice -> renice(pid, config, nice));
        wanted.oomScoreAdj().ifPresent(score -> adjust(pid, config, score));
    }

    private static boolean hasPidsMax(Optional<Cgroup> cgroup) {
        return cgroup.isPresent() && cgroup.get().has("pids.max");
    }

    private void set(int pid, ProcessConfig config, Rlimit limit, Rlimit.Value value) {
        try {
            long[] set = limits.set(pid, config.user(), limit.number(), value.soft(), value.hard());
            if (set[0] != value.soft() || set[1] != value.hard()) {
                log.warn(
                        "'{}' ({}): {} of {}:{} is beyond what corrald may give without CAP_SYS_RESOURCE; it has {}:{}",
                        config.name(),
                        pid,
                        limit.key(),
                        text(value.soft()),
                        text(value.hard()),
                        text(set[0]),
                        text(set[1]));
            }
        } catch (OsException e) {
            log.error("'{}' ({}): {} cannot be set: {}", config.name(), pid, limit.key(), e.getMessage());
        }
    }

    private void renice(int pid, ProcessConfig config, int nice) {
        try {
            limits.nice(pid, config.user(), nice);
        } catch (OsException e) {
            log.error("'{}' ({}): nice={} cannot be set: {}", config.name(), pid, nice, e.getMessage());
        }
    }

    private static void adjust(int pid, ProcessConfig config, int score) {
        try {
            Files.writeString(Path.of("/proc", Integer.toString(pid), "oom_score_adj"), Integer.toString(score));
        } catch (IOException e) {
            log.error("'{}' ({}): oom_score_adj={} cannot be set: {}", config.name(), pid, score, e.toString());
        }
    }

    private static String text(long value) {
        return value == Rlimit.UNLIMITED ? "unlimited" : Long.toString(value);
    }
}
