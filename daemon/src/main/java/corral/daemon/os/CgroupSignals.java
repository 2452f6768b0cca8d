package corral.daemon.os;

import corral.daemon.process.Signals;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals that find all of a process that has a cgroup, even what has left its process group and its session. */
public final class CgroupSignals implements Signals {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int SIGKILL = 9;

    private final Native os;
    private final Signals kernel;
    private final Cgroups cgroups;

    /** Signals to processes, groups and cgroups. */
    public CgroupSignals(Native os, Signals kernel, Cgroups cgroups) {
        this.os = os;
        this.kernel = kernel;
        this.cgroups = cgroups;
    }

    @Override
    public Result send(int pid, boolean toGroup, int signal) {
        Result result = kernel.send(pid, toGroup, signal);
        Optional<Cgroup> cgroup = toGroup ? cgroups.of(pid) : Optional.empty();
        if (cgroup.isEmpty() || !cgroup.get().isPopulated()) {
            return result;
        }
        if (signal == SIGKILL && cgroup.get().has("cgroup.kill")) {
            try {
                cgroup.get().kill();
                return Result.SENT;
            } catch (IOException e) {
                log.debug("cgroup.kill: {}", e.toString());
            }
        }
        return sendToStrays(pid, cgroup.get().members(), signal) ? Result.SENT : result;
    }

    /** To all but those of the process group, who have got it. */
    private boolean sendToStrays(int group, List<Integer> members, int signal) {
        boolean any = false;
        for (int member : members) {
            if (os.posix().getpgid(member) != group) {
                any |= kernel.send(member, false, signal) == Result.SENT;
            }
        }
        return any;
    }
}
