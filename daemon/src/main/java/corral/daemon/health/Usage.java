package corral.daemon.health;

/**
 * What a process uses at one moment. Where the kernel does not tell, numbers are -1.
 *
 * @param cpuSeconds CPU time since its start
 * @param cpuPercent of one CPU since the look before this one, or since its start
 * @param memoryBytes resident
 * @param descriptors open
 * @param threads running
 * @param cgroup its path in the v2 hierarchy, empty for none
 */
public record Usage(
        double cpuSeconds, double cpuPercent, long memoryBytes, int descriptors, int threads, String cgroup) {}
