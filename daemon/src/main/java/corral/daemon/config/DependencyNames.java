package corral.daemon.config;

import java.util.List;

/**
 * What a name in {@code depends_on} stands for: a process of a group ({@code GROUP:PROCESS}), else all of the group of that name, else
 * all processes of the program of that name. No state, any thread.
 */
public final class DependencyNames {
    private DependencyNames() {}

    /** Whether a process is among those that a name stands for. */
    public static boolean means(String name, List<String> groups, String group, ProcessConfig process) {
        int colon = name.indexOf(':');
        if (colon >= 0) {
            String wanted = name.substring(colon + 1);
            return group.equals(name.substring(0, colon))
                    && (wanted.isEmpty() || wanted.equals("*") || wanted.equals(process.name()));
        }
        return groups.contains(name) ? group.equals(name) : process.program().equals(name);
    }
}
