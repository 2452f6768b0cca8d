package corral.daemon.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Names of groups that differ between the active and a newly read configuration, each list sorted (spec/supervisor.md
 * 6.6). A group is changed when its priority or any option of any process differs, order included; where an option was
 * written does not count, and a change from a path back to AUTO does.
 */
public record ConfigDiff(List<String> added, List<String> changed, List<String> removed) {

    /** Compares; both lists have each name once. */
    public static ConfigDiff between(List<GroupConfig> active, List<GroupConfig> read) {
        Map<String, GroupConfig> before = new HashMap<>();
        for (GroupConfig group : active) {
            before.put(group.name(), group);
        }
        TreeSet<String> added = new TreeSet<>();
        TreeSet<String> changed = new TreeSet<>();
        for (GroupConfig group : read) {
            GroupConfig old = before.remove(group.name());
            if (old == null) {
                added.add(group.name());
            } else if (!old.equals(group)) {
                changed.add(group.name());
            }
        }
        return new ConfigDiff(List.copyOf(added), List.copyOf(changed), List.copyOf(new TreeSet<>(before.keySet())));
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }
}
