package corral.daemon.process;

import corral.daemon.config.Additions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds whether a process has more memory than its {@code max_memory}, or than its {@code memory_max} where the kernel
 * does not look; such a one is to be replaced. Loop thread.
 */
final class MemoryLimit {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long MB = 1 << 20;

    private final Supervisor supervisor;
    private final Set<Integer> asked = new HashSet<>();
    private boolean looking;

    MemoryLimit(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** A process has changed its state. */
    void onTransition(ManagedProcess process, State to) {
        if (to == State.RUNNING && isLimited(process) && !looking) {
            looking = true;
            later();
        }
    }

    private static boolean isLimited(ManagedProcess process) {
        Additions additions = process.config().additions();
        return additions.maxMemory() > 0 || additions.limits().memoryMax() > 0;
    }

    private void later() {
        Ports ports = supervisor.ports();
        ports.loop().at(this, ports.loop().nowNs() + INTERVAL_NS, "look at memory", this::look);
    }

    private List<ManagedProcess> limited() {
        return supervisor.groups().stream()
                .flatMap(group -> group.processes().stream())
                .filter(process -> process.state() == State.RUNNING && process.pid() != 0 && isLimited(process))
                .toList();
    }

    private void look() {
        List<Integer> pids = limited().stream().map(ManagedProcess::pid).toList();
        asked.retainAll(Set.copyOf(pids));
        looking = !pids.isEmpty();
        if (looking) {
            supervisor.ports().senses().memory(pids, this::judge);
        }
    }

    private void judge(Map<Integer, Long> bytes) {
        if (supervisor.state() == SupervisorState.RUNNING) {
            limited().forEach(process -> judge(process, bytes.getOrDefault(process.pid(), 0L)));
        }
        later();
    }

    private void judge(ManagedProcess process, long bytes) {
        Additions additions = process.config().additions();
        judge(process, bytes, "max_memory", additions.maxMemory());
        if (!supervisor.ports().senses().limitsMemory(process.pid())) {
            judge(process, bytes, "memory_max", additions.limits().memoryMax());
        }
    }

    private void judge(ManagedProcess process, long bytes, String option, long limit) {
        if (limit > 0 && bytes > limit && asked.add(process.pid())) {
            log.error(
                    "'{}' ({}) has {} MB of memory, {} is {} MB",
                    process.namespec(),
                    process.pid(),
                    (bytes + MB / 2) / MB,
                    option,
                    (limit + MB / 2) / MB);
            supervisor.requestReplacement(process, option);
        }
    }
}
