package corral.daemon.os;

import corral.daemon.fault.FaultPoints;
import corral.daemon.loop.Clock;
import corral.daemon.process.ExitStatus;
import java.util.concurrent.Semaphore;
import jnr.ffi.Pointer;

/**
 * The thread that waits for any child, however many there are. How one ended is noted before it is reaped, since nobody can ask
 * for it afterwards.
 */
public final class Reaper {
    private static final int EINTR = 4;
    private static final int P_ALL = 0;
    /** WEXITED and WNOWAIT: the child stays a zombie. */
    private static final int LOOK = 0x4 | 0x0100_0000;
    // siginfo_t of 64-bit Linux.
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    /** Hears of each exit, on the reaper thread. */
    public interface Listener {

        /** {@code atNs} is monotonic. */
        void onExit(int pid, ExitStatus status, long atNs);
    }

    private final Native os;
    private final Clock clock;
    private final ProcessTable table = new ProcessTable();
    private final ExitNotes notes;
    private final FaultPoints faults;
    private final Listener listener;
    private final Semaphore children = new Semaphore(0);

    /** A reaper that {@link #start} sets going. */
    public Reaper(Native os, Clock clock, ExitNotes notes, FaultPoints faults, Listener listener) {
        this.os = os;
        this.clock = clock;
        this.notes = notes;
        this.faults = faults;
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
        Pointer info = os.allocate(SIGINFO_BYTES);
        while (true) {
            if (os.libc().waitid(P_ALL, 0, info, LOOK) == 0) {
                reap(info.getInt(SI_PID), status(info.getInt(SI_CODE), info.getInt(SI_STATUS)));
            } else if (os.errno() != EINTR) {
                // ECHILD: no children at all. A permit left over from an earlier launch costs one turn, a missing one
                // would cost an exit: childLaunched is called after each launch, so there never is one missing.
                children.acquireUninterruptibly();
            }
        }
    }

    private void reap(int pid, ExitStatus status) {
        long atNs = clock.nanoTime();
        faults.reached("exit.seen");
        notes.add(new ExitNotes.Note(pid, table.startTicks(pid).orElse(0L), status, table.nowTicks()));
        faults.reached("exit.noted");
        os.libc().waitpid(pid, null, 0);
        faults.reached("exit.reaped");
        listener.onExit(pid, status, atNs);
    }

    private static ExitStatus status(int code, int value) {
        return code == CLD_EXITED ? ExitStatus.exited(value) : new ExitStatus(-1, value, code == CLD_DUMPED);
    }
}
