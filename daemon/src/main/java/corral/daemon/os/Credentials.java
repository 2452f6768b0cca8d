package corral.daemon.os;

import corral.daemon.config.UserId;
import jnr.ffi.Pointer;

/**
 * Runs one spawn with another user's credentials. Linux keeps credentials per thread; only glibc's wrappers change them all.
 * So a throw-away thread drops its own with the raw calls, spawns, and ends.
 */
final class Credentials {
    private static final int MAX_GROUPS = 1024;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int EAGAIN = 11;

    /** What is done as the other user. */
    interface Body {
        int run() throws OsException;
    }

    private final Native os;

    Credentials(Native os) {
        this.os = os;
    }

    /** Runs {@code body} as {@code user}; no change when the daemon already is that user. */
    int runAs(UserId user, Body body) throws OsException {
        int own = os.posix().getuid();
        if (own == user.uid()) {
            return body.run();
        }
        if (own != 0) {
            throw new SetuidException(user.uid(), "Can't drop privilege as nonroot user");
        }
        Outcome outcome = new Outcome();
        Thread thread = new Thread(null, () -> outcome.run(() -> asUser(user, body)), "spawner-" + user.name());
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // What the JVM says when it may not have another thread.
            throw new OsException("exec", "a thread for user " + user.name(), EAGAIN);
        }
        joinUninterruptibly(thread);
        return outcome.get();
    }

    private int asUser(UserId user, Body body) throws OsException {
        drop(user);
        try {
            return body.run();
        } finally {
            // Changing credentials made the whole JVM undumpable; its /proc files would belong to nobody.
            os.libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        }
    }

    /** setgroups, setresgid, setresuid: the last one takes away the right to do the others. */
    private void drop(UserId user) throws OsException {
        Pointer groups = os.allocate(4 * MAX_GROUPS);
        Pointer count = os.allocate(4);
        count.putInt(0, MAX_GROUPS);
        os.libc().getgrouplist(user.name(), user.gid(), groups, count);
        raw(user, Platform.SYS_SETGROUPS, count.getInt(0), groups.address(), 0, "Could not set groups");
        raw(user, Platform.SYS_SETRESGID, user.gid(), user.gid(), user.gid(), "Could not set group id");
        raw(user, Platform.SYS_SETRESUID, user.uid(), user.uid(), user.uid(), "Could not set user id");
    }

    private void raw(UserId user, long number, long a, long b, long c, String failure) throws OsException {
        if (os.libc().syscall(number, a, b, c) == -1) {
            throw new SetuidException(user.uid(), failure + ": " + OsException.name(os.errno()));
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came of the other thread; read only after it was joined. */
    private static final class Outcome {
        private int value;
        private OsException error;
        private RuntimeException bug;

        void run(Body body) {
            try {
                value = body.run();
            } catch (OsException e) {
                error = e;
            } catch (RuntimeException e) {
                bug = e;
            }
        }

        int get() throws OsException {
            if (error != null) {
                throw error;
            }
            if (bug != null) {
                throw bug;
            }
            return value;
        }
    }
}
