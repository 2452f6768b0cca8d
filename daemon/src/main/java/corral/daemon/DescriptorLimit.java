package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.config.DaemonConfig;
import corral.daemon.os.Native;
import corral.daemon.os.OsException;
import corral.daemon.os.ResourceLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * minfds and minprocs (spec/supervisor.md 2.1), and the descriptors that corrald itself needs: those it takes beyond minfds
 * are its own, children get the limit that Supervisor would have given them.
 */
final class DescriptorLimit {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** Two FIFOs, two log files and the socket for what it says of itself. */
    private static final long PER_PROCESS = 5;

    private static final long OWN = 128;

    private final ResourceLimits limits;
    private final Map<Integer, ResourceLimits.Limit> original = new HashMap<>();
    private volatile long ofChildren = -1;

    DescriptorLimit(Native os) {
        this.limits = new ResourceLimits(os);
        try {
            original.putAll(limits.all(List.of(ResourceLimits.NOFILE, ResourceLimits.NPROC)));
        } catch (OsException e) {
            log.warn("limits cannot be read: {}", e.getMessage());
        }
    }

    /** Those that corrald was started with. */
    Map<Integer, ResourceLimits.Limit> original() {
        return Map.copyOf(original);
    }

    /** Raises what is below minfds and minprocs; what was done, for the log. */
    List<String> apply(DaemonConfig config) throws UsageException {
        List<String> raised = new ArrayList<>();
        raise(ResourceLimits.NOFILE, config.minfds(), "RLIMIT_NOFILE", "file descriptors", "minfds", raised);
        raise(ResourceLimits.NPROC, config.minprocs(), "RLIMIT_NPROC", "processes", "minprocs", raised);
        return raised;
    }

    /** Makes room for all processes of a configuration. */
    void reserveFor(Config config) {
        long processes = config.groups().stream()
                .mapToLong(group -> group.processes().size())
                .sum();
        try {
            long before = limits.soft(ResourceLimits.NOFILE);
            if (limits.raise(ResourceLimits.NOFILE, OWN + PER_PROCESS * processes) && ofChildren < 0) {
                ofChildren = before;
            }
        } catch (OsException e) {
            log.warn("{} processes may need more file descriptors than there are: {}", processes, e.getMessage());
        }
    }

    /** Gives a child the limit that is not corrald's own. */
    void restoreFor(int pid) {
        if (ofChildren < 0) {
            return;
        }
        try {
            limits.setSoft(pid, ResourceLimits.NOFILE, ofChildren);
        } catch (OsException e) {
            log.debug("limit of pid {} stays as it is: {}", pid, e.getMessage());
        }
    }

    private void raise(int resource, int least, String name, String what, String option, List<String> raised)
            throws UsageException {
        try {
            if (limits.raise(resource, least)) {
                raised.add("Increased " + name + " limit to " + least);
            }
        } catch (OsException e) {
            throw new UsageException("The minimum number of " + what + " required to run this process is " + least
                    + " as per the \"" + option + "\" command-line argument or config file setting. The current"
                    + " environment will not allow that (" + e.getMessage() + "). Either raise the number of usable "
                    + what + " in your environment or lower the " + option
                    + " setting in the config file to allow the process to start.");
        }
    }
}
