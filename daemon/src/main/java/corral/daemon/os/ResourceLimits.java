package corral.daemon.os;

import corral.daemon.config.UserId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import jnr.ffi.Pointer;

/** Limits of processes by prlimit(2) and setpriority(2). */
public final class ResourceLimits {
    /** Resource number of RLIMIT_NPROC. */
    public static final int NPROC = 6;
    /** Resource number of RLIMIT_NOFILE. */
    public static final int NOFILE = 7;

    private static final long UNLIMITED = -1;
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int PRIO_PROCESS = 0;

    /** Both limits of a resource; -1 for unlimited. */
    public record Limit(long soft, long hard) {}

    private final Native os;

    /** Limits of this process and its children. */
    public ResourceLimits(Native os) {
        this.os = os;
    }

    /** The soft limit; -1 for unlimited. */
    public long soft(int resource) throws OsException {
        return read(resource).getLong(0);
    }

    /** The hard limit; -1 for unlimited. */
    public long hard(int resource) throws OsException {
        return read(resource).getLong(8);
    }

    /** Raises the soft limit (and the hard one, if allowed) to at least {@code least}; true when something was raised. */
    public boolean raise(int resource, long least) throws OsException {
        Pointer limit = read(resource);
        long soft = limit.getLong(0);
        long hard = limit.getLong(8);
        if (soft == UNLIMITED || soft >= least) {
            return false;
        }
        write(0, resource, least, hard == UNLIMITED ? hard : Math.max(hard, least));
        return true;
    }

    /** Sets the soft limit of a process, leaving the hard one alone. */
    public void setSoft(int pid, int resource, long soft) throws OsException {
        write(pid, resource, soft, hard(resource));
    }

    /** Both limits of some resources. */
    public Map<Integer, Limit> all(Collection<Integer> resources) throws OsException {
        Map<Integer, Limit> limits = new HashMap<>();
        for (int resource : resources) {
            limits.put(resource, new Limit(soft(resource), hard(resource)));
        }
        return limits;
    }

    /** Sets both limits of resources; only root can raise a hard one. */
    public void set(Map<Integer, Limit> limits) throws OsException {
        for (Map.Entry<Integer, Limit> entry : limits.entrySet()) {
            write(0, entry.getKey(), entry.getValue().soft(), entry.getValue().hard());
        }
    }

    /**
     * Sets both limits of a process; without the right to raise the hard one, as much as it allows.
     *
     * @param owner whose process it is; empty for the daemon's own user
     * @return what was set: soft and hard, -1 for unlimited
     */
    public long[] set(int pid, Optional<UserId> owner, int resource, long soft, long hard) throws OsException {
        try {
            permitted(owner, () -> write(pid, resource, soft, hard));
            return new long[] {soft, hard};
        } catch (OsException e) {
            if (e.errno() != EPERM) {
                throw e;
            }
            long most = hard(resource);
            long allowed = least(soft, most);
            permitted(owner, () -> write(pid, resource, allowed, least(hard, most)));
            return new long[] {allowed, least(hard, most)};
        }
    }

    /** Sets how much a process of an owner gives way to others: -20 to 19. */
    public void nice(int pid, Optional<UserId> owner, int nice) throws OsException {
        permitted(
                owner,
                () -> os.check(os.posix().setpriority(PRIO_PROCESS, pid, nice), "setpriority", Integer.toString(nice)));
    }

    private interface Call {
        void run() throws OsException;
    }

    /** Root in a container may lack the capability to do that to others; they may do it to themselves. */
    private void permitted(Optional<UserId> owner, Call call) throws OsException {
        try {
            call.run();
        } catch (OsException e) {
            boolean refused = e.errno() == EPERM || e.errno() == EACCES;
            if (!refused || owner.isEmpty() || os.euid() != 0) {
                throw e;
            }
            new Credentials(os).runAs(owner.get(), () -> {
                call.run();
                return 0;
            });
        }
    }

    private static long least(long one, long other) {
        return one == UNLIMITED ? other : other == UNLIMITED ? one : Math.min(one, other);
    }

    private Pointer read(int resource) throws OsException {
        Pointer limit = os.allocate(16);
        os.check(os.libc().prlimit(0, resource, null, limit), "prlimit", "resource " + resource);
        return limit;
    }

    private void write(int pid, int resource, long soft, long hard) throws OsException {
        Pointer limit = os.allocate(16);
        limit.putLong(0, soft);
        limit.putLong(8, hard);
        os.check(os.libc().prlimit(pid, resource, limit, null), "prlimit", "resource " + resource);
    }
}
