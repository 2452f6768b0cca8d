package corral.ctl.daemon;

import java.util.Optional;

/**
 * More about a process.
 *
 * @param restarts how often it was launched again without anybody's asking
 * @param usage of one that runs
 */
public record ProcessDetails(String group, String name, int restarts, Optional<ProcessUsage> usage) {

    /** Whether this is about a process. */
    public boolean isOf(ProcessInfo process) {
        return group.equals(process.group()) && name.equals(process.name());
    }
}
