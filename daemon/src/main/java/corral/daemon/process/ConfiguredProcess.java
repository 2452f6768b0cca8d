package corral.daemon.process;

import corral.daemon.config.ProcessConfig;

/**
 * A process of the last-read configuration (spec/supervisor.md 4.3, getAllConfigInfo).
 *
 * @param group group name
 * @param groupPriority priority of the group
 * @param inUse whether the group is active
 */
public record ConfiguredProcess(String group, int groupPriority, boolean inUse, ProcessConfig config) {}
