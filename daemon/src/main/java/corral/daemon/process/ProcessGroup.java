package corral.daemon.process;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ServerRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An active group: one process per name, those that are to take a name, and those that were replaced and have not ended yet. Loop thread.
 */
final class ProcessGroup {

    /** Lowest priority number first; equals keep their order. */
    static final Comparator<ManagedProcess> BY_PRIORITY =
            Comparator.comparingInt(process -> process.config().priority());

    private final List<ManagedProcess> processes;
    private final List<ManagedProcess> successors = new ArrayList<>();
    private final List<ManagedProcess> retired = new ArrayList<>();
    private final Runnable changed;
    private GroupConfig config;

    /**
     * A group.
     *
     * @param config what it was made from
     * @param processes in the order of daemon start (spec/supervisor.md 3.5)
     * @param changed hears after each change of its members
     */
    ProcessGroup(GroupConfig config, List<ManagedProcess> processes, Runnable changed) {
        this.config = config;
        this.changed = changed;
        this.processes = new ArrayList<>(processes);
    }

    /** What it was made from. */
    GroupConfig config() {
        return config;
    }

    /** What it runs with from now on. */
    void config(GroupConfig next) {
        config = next;
        changed.run();
    }

    /** Those that have a name, in the order of daemon start. */
    List<ManagedProcess> processes() {
        return List.copyOf(processes);
    }

    /** Those that will take the name of another. */
    List<ManagedProcess> successors() {
        return List.copyOf(successors);
    }

    /** Those that have been replaced, or have failed to replace one, and have not ended yet. */
    List<ManagedProcess> retired() {
        return List.copyOf(retired);
    }

    /** All that may run: those with a name, their successors and the retired ones. */
    List<ManagedProcess> everyone() {
        return Stream.of(processes, successors, retired).flatMap(List::stream).toList();
    }

    /** How many may run beyond the number of the group; fronts, who hand over for as long as their clients need, do not count, nor do templates. */
    int extras() {
        return (int) Stream.concat(successors.stream(), retired.stream())
                .filter(process -> !isFront(process) && !isTemplate(process))
                .count();
    }

    /** One that will take the name of another. */
    void addSuccessor(ManagedProcess successor) {
        successors.add(successor);
        note(successor.name());
    }

    /** The successor takes the name; the old one counts as retired until {@link #forget}. */
    void replace(ManagedProcess old, ManagedProcess successor) {
        successors.remove(successor);
        processes.set(processes.indexOf(old), successor);
        retired.add(old);
        note(old.name());
    }

    /** A successor that gets no name; it counts as retired until {@link #forget}. */
    void retire(ManagedProcess successor) {
        successors.remove(successor);
        retired.add(successor);
        note(successor.name());
    }

    /** One more, at the end. */
    void add(ManagedProcess process) {
        processes.add(process);
        changed.run();
    }

    /** It has ended, or is not wanted any more; its name is free. */
    void forget(ManagedProcess process) {
        processes.remove(process);
        retired.remove(process);
        note(process.name());
    }

    /** What is to be said of a process for the sake of others of its name. */
    private void note(String name) {
        changed.run();
        boolean replaced =
                successors.stream().anyMatch(process -> process.name().equals(name));
        String pids = retired.stream()
                .filter(process -> process.name().equals(name) && process.pid() != 0)
                .map(process -> Integer.toString(process.pid()))
                .collect(Collectors.joining(" and "));
        String finishing = pids.isEmpty() ? "" : "pid " + pids + " finishing";
        find(name).ifPresent(process -> process.note(replaced ? "being replaced" : finishing));
    }

    String name() {
        return config.name();
    }

    Optional<ManagedProcess> find(String name) {
        return processes.stream().filter(process -> process.name().equals(name)).findFirst();
    }

    /**
     * The fronts of the server that a process is a worker of, the one that finishes included: stopped with them, the worker waits for their end,
     * because they still need it to finish what they have. Empty for all others.
     */
    List<ManagedProcess> frontsOf(ManagedProcess process) {
        if (!(process.config().additions().role().orElse(null) instanceof ServerRole.Worker)) {
            return List.of();
        }
        return everyone().stream().filter(ProcessGroup::isFront).toList();
    }

    /** The front of a server. */
    Optional<ManagedProcess> front() {
        return processes.stream().filter(ProcessGroup::isFront).findFirst();
    }

    private static boolean isFront(ManagedProcess process) {
        return process.config().additions().role().orElse(null) instanceof ServerRole.Front;
    }

    private static boolean isTemplate(ManagedProcess process) {
        return process.config().additions().role().orElse(null) instanceof ServerRole.Template;
    }

    List<ManagedProcess> byPriority() {
        return processes.stream().sorted(BY_PRIORITY).toList();
    }

    boolean isStopped() {
        return retired.isEmpty()
                && successors.isEmpty()
                && processes.stream().allMatch(process -> process.state().isStopped());
    }
}
