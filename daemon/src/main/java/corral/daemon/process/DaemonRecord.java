package corral.daemon.process;

import java.util.List;
import java.util.Map;

/**
 * What the next daemon must know beside the processes themselves.
 *
 * @param state what the daemon is doing
 * @param groups active groups in their order
 * @param numbers how many processes groups have where somebody chose the number
 */
public record DaemonRecord(SupervisorState state, List<Group> groups, Map<String, Choice> numbers) {

    /**
     * An active group; processes by their {@link ProcessRecord#instance}.
     *
     * @param priority lower starts first
     * @param processes those that have a name, in their order
     * @param successors those that will take the name of another
     * @param retired those that have been replaced and have not ended
     */
    public record Group(
            String name, int priority, List<Integer> processes, List<Integer> successors, List<Integer> retired) {}

    /**
     * A number that somebody chose.
     *
     * @param configured number in the configuration when it was chosen
     * @param number number chosen
     */
    public record Choice(int configured, int number) {}
}
