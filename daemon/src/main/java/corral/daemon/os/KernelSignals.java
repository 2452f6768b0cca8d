package corral.daemon.os;

import corral.daemon.process.Signals;

/**
 * kill(2), but for one thing: a group of nothing but zombies counts as gone. Children of an earlier daemon are reaped by init when it
 * likes, if ever, and until then the kernel knows their groups.
 */
public final class KernelSignals implements Signals {
    private static final int ESRCH = 3;

    private final Native os;
    private final ProcessTable table = new ProcessTable();

    /** Signals of the kernel. */
    public KernelSignals(Native os) {
        this.os = os;
    }

    @Override
    public Result send(int pid, boolean toGroup, int signal) {
        if (pid <= 1) {
            // kill(0), kill(-1) and kill(1) mean everybody, ourselves or init: never meant here.
            return Result.NO_SUCH_PROCESS;
        }
        if (os.posix().kill(toGroup ? -pid : pid, signal) == 0) {
            boolean onlyZombies = toGroup && signal == 0 && table.isZombie(pid) && !table.livesInGroup(pid);
            return onlyZombies ? Result.NO_SUCH_PROCESS : Result.SENT;
        }
        return os.errno() == ESRCH ? Result.NO_SUCH_PROCESS : Result.FAILED;
    }
}
