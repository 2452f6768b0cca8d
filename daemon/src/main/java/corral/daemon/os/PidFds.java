package corral.daemon.os;

import corral.daemon.process.ExitStatus;
import java.util.Optional;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes by descriptor (pidfd_open(2)), which never means another one that has got the same pid. Any thread. */
public final class PidFds {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int ESRCH = 3;
    /** _IOWR(0xFF, 11, struct pidfd_info) with the first version of the struct, which later kernels still take. */
    private static final long PIDFD_GET_INFO = 0xC040FF0BL;

    private static final int INFO_BYTES = 64;
    private static final int EXIT_CODE = 60;
    private static final long PIDFD_INFO_EXIT = 1 << 3;

    /**
     * What works here.
     *
     * @param open pidfd_open(2), Linux ≥ 5.3
     * @param getfd pidfd_getfd(2), Linux ≥ 5.6; of a process that one may trace
     * @param exit ioctl(PIDFD_GET_INFO) knows how a process ended that somebody else has reaped, Linux ≥ 6.15
     */
    public record Support(boolean open, boolean getfd, boolean exit) {

        /** Tries each on this process and says what is missing and what stands in. */
        public static Support probe(Native os) {
            long self = os.libc().syscall(Platform.SYS_PIDFD_OPEN, os.pid(), 0, 0);
            if (self < 0) {
                log.warn(
                        "pidfd_open is refused here ({}): adopted processes are looked at every {} ms, and listening"
                                + " sockets of a killed corrald are bound anew",
                        OsException.name(os.errno()),
                        ExitWatch.POLL_MS);
                return new Support(false, false, false);
            }
            try {
                boolean getfd = probeGetfd(os, (int) self);
                boolean exit = probeExit(os, (int) self);
                return new Support(true, getfd, exit);
            } finally {
                os.libc().close((int) self);
            }
        }

        private static boolean probeGetfd(Native os, int self) {
            long copy = os.libc().syscall(Platform.SYS_PIDFD_GETFD, self, self, 0);
            if (copy < 0) {
                log.warn(
                        "pidfd_getfd is refused here ({}): listening sockets of a killed corrald are bound anew",
                        OsException.name(os.errno()));
                return false;
            }
            os.libc().close((int) copy);
            return true;
        }

        /** What it knows of a living process is not asked for: only whether a later kernel answers at all. */
        private static boolean probeExit(Native os, int self) {
            Pointer info = os.allocate(INFO_BYTES);
            info.putLong(0, PIDFD_INFO_EXIT);
            boolean known = os.libc().ioctl(self, PIDFD_GET_INFO, info) == 0;
            if (!known) {
                log.info(
                        "PIDFD_GET_INFO is not to be had here ({}): how an adopted process ended is known only if it"
                                + " is seen before its parent reaps it",
                        OsException.name(os.errno()));
            }
            return known;
        }
    }

    private final Native os;
    private final Support support;

    /** With what {@link Support#probe} has found. */
    public PidFds(Native os, Support support) {
        this.os = os;
        this.support = support;
    }

    /** What works here. */
    public Support support() {
        return support;
    }

    /** A descriptor of a process, close-on-exec, readable once it has ended; ESRCH when there is none. */
    public int open(int pid) throws OsException {
        return (int) check(os.libc().syscall(Platform.SYS_PIDFD_OPEN, pid, 0, 0), "pidfd_open", pid);
    }

    /** A copy of a descriptor of that process, close-on-exec; EPERM when we may not trace it, EBADF when it has none. */
    public int take(int pidfd, int fd) throws OsException {
        return (int) check(os.libc().syscall(Platform.SYS_PIDFD_GETFD, pidfd, fd, 0), "pidfd_getfd", fd);
    }

    /** Sends a signal to just that process; false when it is gone. */
    public boolean signal(int pidfd, int signal) throws OsException {
        if (os.libc().syscall(Platform.SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0) == 0) {
            return true;
        }
        if (os.errno() == ESRCH) {
            return false;
        }
        throw new OsException("pidfd_send_signal", Integer.toString(signal), os.errno());
    }

    /** How the process ended, once somebody has reaped it; empty before that, or when this kernel does not tell. */
    public Optional<ExitStatus> exitStatus(int pidfd) {
        if (!support.exit()) {
            return Optional.empty();
        }
        Pointer info = os.allocate(INFO_BYTES);
        info.putLong(0, PIDFD_INFO_EXIT);
        if (os.libc().ioctl(pidfd, PIDFD_GET_INFO, info) != 0 || (info.getLong(0) & PIDFD_INFO_EXIT) == 0) {
            return Optional.empty();
        }
        return Optional.of(ExitStatus.fromWaitStatus(info.getInt(EXIT_CODE)));
    }

    /** Closes a descriptor. */
    public void close(int pidfd) {
        os.libc().close(pidfd);
    }

    private long check(long result, String step, int subject) throws OsException {
        if (result == -1) {
            throw new OsException(step, Integer.toString(subject), os.errno());
        }
        return result;
    }
}
