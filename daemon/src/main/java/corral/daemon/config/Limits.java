package corral.daemon.config;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a process and all that it starts may use at most.
 *
 * @param memoryMax bytes of memory beyond which the kernel kills (memory.max), 0 for no limit
 * @param memoryHigh bytes beyond which it is slowed down and memory is taken back (memory.high), 0 for no limit
 * @param cpuMax microseconds of CPU time in so many microseconds, as the kernel reads it (cpu.max); empty for no limit
 * @param pidsMax processes and threads (pids.max), 0 for no limit
 * @param rlimits limits of each process by itself
 * @param nice -20 to 19; empty for the daemon's own
 * @param oomScoreAdj -1000 to 1000; empty for the daemon's own
 */
public record Limits(
        long memoryMax,
        long memoryHigh,
        Optional<String> cpuMax,
        long pidsMax,
        Map<Rlimit, Rlimit.Value> rlimits,
        OptionalInt nice,
        OptionalInt oomScoreAdj) {

    /** No limit at all. */
    public static final Limits NONE =
            new Limits(0, 0, Optional.empty(), 0, Map.of(), OptionalInt.empty(), OptionalInt.empty());

    /** Whether something is limited that only a cgroup can limit. */
    public boolean needsCgroup() {
        return memoryMax > 0 || memoryHigh > 0 || cpuMax.isPresent() || pidsMax > 0;
    }
}
