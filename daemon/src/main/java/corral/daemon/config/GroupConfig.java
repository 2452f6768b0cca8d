package corral.daemon.config;

import java.util.List;
import java.util.Optional;

/**
 * A process group: explicit ({@code [group:x]}) or implied by a program (spec/supervisor.md 1.8).
 *
 * @param name group name
 * @param priority lower starts first
 * @param processes in the order that daemon start uses (spec/supervisor.md 3.5)
 * @param template how further processes are made; empty when their number is fixed
 */
public record GroupConfig(
        String name, int priority, List<ProcessConfig> processes, Optional<ProcessTemplate> template) {

    /** A group whose number of processes is fixed. */
    public GroupConfig(String name, int priority, List<ProcessConfig> processes) {
        this(name, priority, processes, Optional.empty());
    }

    /** The same with another number of processes than it is configured with; it must have a template. */
    public GroupConfig scaledTo(int number) {
        return new GroupConfig(name, priority, template.orElseThrow().processes(number), template);
    }

    /** The same with other processes. */
    public GroupConfig with(List<ProcessConfig> others) {
        return new GroupConfig(name, priority, List.copyOf(others), template);
    }
}
