package corral.daemon.os;

import corral.daemon.loop.Clock;
import corral.daemon.process.ExitStatus;
import java.util.concurrent.Semaphore;
import jnr.ffi.Pointer;

/** The thread that blocks in waitpid(-1): one system call per exit, however many children there are. */
public final class Reaper {
    private static final int EINTR = 4;
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    /** Hears of each exit, on the reaper thread. */
    public interface Listener {

        /** {@code atNs} is monotonic. */
        void onExit(int pid, ExitStatus status, long atNs);
    }

    private final Native os;
    private final Clock clock;
    private final Listener listener;
    private final Semaphore children = new Semaphore(0);

    /** A reaper that {@link #start} sets going. */
    public Reaper(Native os, Clock clock, Listener listener) {
        this.os = os;
        this.clock = clock;
        this.listener = listener;
    }

    /** Starts the thread, which lives as long as the daemon. */
    public void start() {
        Thread thread = new Thread(null, this::run, "reaper");
        thread.setDaemon(true);
        thread.start();
    }

    /** A child has been launched: there is something to wait for. Any thread. */
    public void childLaunched() {
        if (children.availablePermits() == 0) {
            children.release();
        }
    }

    private void run() {
        // Orphans of our children come to us and are reaped at once: a process group is gone when its members are,
        // whatever
        // the init of this machine or container does.
        os.libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        Pointer status = os.allocate(4);
        while (true) {
            int pid = os.libc().waitpid(-1, status, 0);
            if (pid > 0) {
                listener.onExit(pid, ExitStatus.fromWaitStatus(status.getInt(0)), clock.nanoTime());
            } else if (os.errno() != EINTR) {
                // ECHILD: no children at all. A permit left over from an earlier launch costs one turn, a missing one
                // would cost an exit: childLaunched is called after each launch, so there never is one missing.
                children.acquireUninterruptibly();
            }
        }
    }
}
