package corral.daemon.os;

import corral.daemon.config.UserId;
import jnr.ffi.Pointer;

/** Drops the privileges of the whole daemon ({@code user=} of [supervisord]); glibc's wrappers change every thread. */
public final class Privileges {
    private static final int MAX_GROUPS = 1024;

    private final Native os;

    /** Privileges of this process. */
    public Privileges(Native os) {
        this.os = os;
    }

    /** Becomes a user for good; the message of the failure is Supervisor's. No change when it already is that user. */
    public void become(UserId user) throws OsException {
        int own = os.posix().getuid();
        if (own == user.uid()) {
            return;
        }
        if (own != 0) {
            throw new OsException("setuid", "Can't drop privilege as nonroot user");
        }
        Pointer groups = os.allocate(4 * MAX_GROUPS);
        Pointer count = os.allocate(4);
        count.putInt(0, MAX_GROUPS);
        os.libc().getgrouplist(user.name(), user.gid(), groups, count);
        if (os.libc().setgroups(count.getInt(0), groups) == -1) {
            throw new OsException("setuid", "Could not set groups of effective user");
        }
        if (os.posix().setgid(user.gid()) == -1) {
            throw new OsException("setuid", "Could not set group id of effective user");
        }
        if (os.posix().setuid(user.uid()) == -1) {
            throw new OsException("setuid", "Could not set user id of effective user");
        }
    }
}
