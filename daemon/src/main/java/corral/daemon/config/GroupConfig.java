package corral.daemon.config;

import java.util.List;

/**
 * A process group: explicit ({@code [group:x]}) or implied by a program (spec/supervisor.md 1.8).
 *
 * @param name group name
 * @param priority lower starts first
 * @param processes in the order that daemon start uses (spec/supervisor.md 3.5)
 */
public record GroupConfig(String name, int priority, List<ProcessConfig> processes) {}
