package corral.daemon.os;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets descriptors back from the processes that have inherited them, after the daemon that opened them was killed: there they
 * are the same sockets. Any thread.
 */
public final class LostSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int EBADF = 9;

    private final PidFds pidFds;

    /** With what this kernel and container allow. */
    public LostSockets(PidFds pidFds) {
        this.pidFds = pidFds;
    }

    /**
     * Copies of the descriptors of a process, as far as they can be had; the caller looks what they are and closes what he
     * does not need.
     *
     * @param first number of the first one there
     */
    public List<Integer> of(int pid, int first, int count) {
        List<Integer> taken = new ArrayList<>();
        if (!pidFds.support().getfd()) {
            return taken;
        }
        try {
            int process = pidFds.open(pid);
            try {
                for (int fd = first; fd < first + count; fd++) {
                    take(process, fd, taken);
                }
            } finally {
                pidFds.close(process);
            }
        } catch (OsException e) {
            log.warn("sockets of pid {} cannot be taken back: {}", pid, e.getMessage());
        }
        return taken;
    }

    private void take(int process, int fd, List<Integer> taken) throws OsException {
        try {
            taken.add(pidFds.take(process, fd));
        } catch (OsException e) {
            // It may have closed that one; the others are asked for all the same.
            if (e.errno() != EBADF) {
                throw e;
            }
        }
    }
}
