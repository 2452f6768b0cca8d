package corral.ctl.daemon;

/**
 * What a process uses, as {@code corral.getAllProcessDetails} tells it. Numbers that the daemon does not know are -1.
 *
 * @param cpuPercent of one CPU since the last look
 * @param cpuSeconds since its start
 * @param memoryBytes resident
 * @param cgroup empty for none
 */
public record ProcessUsage(
        double cpuPercent, double cpuSeconds, double memoryBytes, int descriptors, int threads, String cgroup) {}
