package corral.daemon.os;

import corral.daemon.process.Signals;

/** kill(2). */
public final class KernelSignals implements Signals {
    private static final int ESRCH = 3;

    private final Native os;

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
            return Result.SENT;
        }
        return os.errno() == ESRCH ? Result.NO_SUCH_PROCESS : Result.FAILED;
    }
}
