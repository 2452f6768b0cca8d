package corral.daemon.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the next daemon is to know: collects what has changed in an event and hands it to the {@link Records} when the event is over, or when
 * something must not happen before it is written. Loop thread.
 */
final class Chronicle {
    private final Supervisor supervisor;
    private final Map<ManagedProcess, Integer> instances = new HashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final Set<ManagedProcess> touched = new LinkedHashSet<>();
    private DaemonRecord written;
    private boolean regrouped;
    private boolean posted;
    private boolean together;
    private int last;

    Chronicle(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Something of a process has changed. */
    void touch(ManagedProcess process) {
        touched.add(process);
        postFlush();
    }

    /** Groups have come or gone, or have other members, or the daemon does something else. */
    void regroup() {
        regrouped = true;
        postFlush();
    }

    /** Runs something once all of this is written. */
    void whenWritten(Runnable then) {
        if (together) {
            waiting.add(then);
        } else {
            flush();
            records().whenWritten(then);
        }
    }

    /** Nothing of what this does is written before all of it is done: groups are never found without what was to start in them. */
    void together(Runnable work) {
        together = true;
        try {
            work.run();
        } finally {
            together = false;
        }
        flush();
        waiting.forEach(records()::whenWritten);
        waiting.clear();
    }

    /** A process that an earlier daemon had under this number. */
    void resume(ManagedProcess process, int instance) {
        instances.put(process, instance);
        last = Math.max(last, instance);
    }

    /** No process from now on has a number up to this. */
    void skip(int instance) {
        last = Math.max(last, instance);
    }

    /** Everything, whether it has changed or not. */
    void writeAll() {
        instances.keySet().forEach(touched::add);
        written = null;
        regrouped = true;
        flush();
    }

    private void postFlush() {
        if (!posted) {
            posted = true;
            supervisor.ports().loop().post("records", () -> {
                posted = false;
                flush();
            });
        }
    }

    private void flush() {
        Set<Integer> gone = regrouped ? number() : Set.of();
        for (ManagedProcess process : touched) {
            Integer instance = instances.get(process);
            // Others belong to no group: nobody goes on with them.
            if (instance != null) {
                records().save(process.record(instance));
            }
        }
        touched.clear();
        if (regrouped) {
            regrouped = false;
            DaemonRecord record = record();
            if (!record.equals(written)) {
                written = record;
                records().save(record);
            }
        }
        if (!gone.isEmpty()) {
            records().forget(gone);
        }
    }

    /** Gives everyone a number who has none; the numbers of those who are gone. */
    private Set<Integer> number() {
        Set<ManagedProcess> members = new HashSet<>();
        for (ProcessGroup group : supervisor.groups()) {
            for (ManagedProcess process : group.everyone()) {
                members.add(process);
                if (!instances.containsKey(process)) {
                    instances.put(process, ++last);
                    touched.add(process);
                }
            }
        }
        Set<Integer> gone = new HashSet<>();
        instances.entrySet().removeIf(entry -> {
            boolean left = !members.contains(entry.getKey());
            if (left) {
                gone.add(entry.getValue());
            }
            return left;
        });
        return gone;
    }

    private DaemonRecord record() {
        List<DaemonRecord.Group> groups = new ArrayList<>();
        for (ProcessGroup group : supervisor.groups()) {
            groups.add(new DaemonRecord.Group(
                    group.name(),
                    group.config().priority(),
                    numbers(group.processes()),
                    numbers(group.successors()),
                    numbers(group.retired())));
        }
        return new DaemonRecord(supervisor.state(), groups, supervisor.numbers().record());
    }

    private List<Integer> numbers(List<ManagedProcess> processes) {
        return processes.stream().map(instances::get).toList();
    }

    private Records records() {
        return supervisor.ports().records();
    }
}
