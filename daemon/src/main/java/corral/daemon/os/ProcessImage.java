package corral.daemon.os;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Signal;
import jnr.ffi.Pointer;

/**
 * What a process becomes by execve(2): another program with the same pid, the same children and those descriptors that it is
 * to keep.
 *
 * @param executable path of the program
 * @param arguments with the program's own name first; each char is a byte
 * @param environment {@code KEY=VALUE}; each char is a byte
 * @param directory its working directory
 * @param umask its umask, 0-0777
 * @param limits soft and hard limit by number of the resource, -1 for none
 */
public record ProcessImage(
        String executable,
        List<String> arguments,
        List<String> environment,
        Path directory,
        int umask,
        Map<Integer, ResourceLimits.Limit> limits) {
    private static final int CLONE_FS = 0x200;
    private static final int O_PATH_DIRECTORY = 0x200000 | 0x10000;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 128;
    // struct sigaction is 152 bytes in glibc and musl on 64 bits.
    private static final int SIGACTION_BYTES = 256;
    private static final long SIG_IGN = 1;

    /**
     * Signals that come before the program can say what it does with them. Ignored and blocked, they wait: Linux keeps a blocked
     * signal even if it is ignored, and a JVM neither catches nor unblocks by itself what it finds ignored. USR2 it would take for
     * itself, and one that comes while it makes its first thread would crash it: the launcher gives it another by
     * {@code _JAVA_SR_SIGNUM}.
     */
    private static final List<Signal> WAITING = List.of(
            Signal.SIGTERM,
            Signal.SIGINT,
            Signal.SIGHUP,
            Signal.SIGUSR1,
            Signal.SIGUSR2,
            Signal.SIGTTIN,
            Signal.SIGTTOU);

    /**
     * Becomes this, which nobody here sees any more. The calling thread has a directory and umask of its own afterwards if it
     * cannot be.
     *
     * @param kept descriptors beside the standard ones that stay open, at their numbers
     * @throws OsException if it cannot be; everything but what is said above is then as before
     */
    public void replace(Native os, Collection<Integer> kept) throws OsException {
        CBytes memory = new CBytes(os);
        Pointer path = memory.string(bytes(executable));
        Pointer argv = memory.array(arguments);
        Pointer envp = memory.array(environment);
        ResourceLimits own = new ResourceLimits(os);
        Map<Integer, ResourceLimits.Limit> before = own.all(limits.keySet());
        // Refused here and there: then these are the whole daemon's, which only lives on if something else fails.
        os.libc().unshare(CLONE_FS);
        int here = os.open(".", O_PATH_DIRECTORY, 0);
        int umaskBefore = os.libc().umask(umask);
        Pointer mask = os.allocate(SIGSET_BYTES);
        os.libc().pthread_sigmask(SIG_SETMASK, null, mask);
        Map<Signal, Pointer> handlers = handlers(os);
        try {
            os.check(os.libc().chdir(directory.toString()), "chdir", directory.toString());
            own.set(limits);
            keep(os, kept);
            holdSignals(os);
            os.libc().execve(path, argv, envp);
            throw new OsException("execve", executable, os.errno());
        } finally {
            handlers.forEach((signal, action) -> os.libc().sigaction(signal.intValue(), action, null));
            os.libc().pthread_sigmask(SIG_SETMASK, mask, null);
            closeOnExec(os);
            own.set(before);
            os.libc().fchdir(here);
            os.libc().close(here);
            os.libc().umask(umaskBefore);
        }
    }

    /** Lets the signals come that waited while this program was not there yet. The calling thread gets them from now on. */
    static void releaseSignals(Native os) {
        Pointer waiting = os.allocate(SIGSET_BYTES);
        WAITING.forEach(signal -> add(waiting, signal));
        os.libc().pthread_sigmask(1, waiting, null); // SIG_UNBLOCK
    }

    private static Map<Signal, Pointer> handlers(Native os) {
        Map<Signal, Pointer> handlers = new EnumMap<>(Signal.class);
        for (Signal signal : WAITING) {
            Pointer action = os.allocate(SIGACTION_BYTES);
            os.libc().sigaction(signal.intValue(), null, action);
            handlers.put(signal, action);
        }
        return handlers;
    }

    private static void holdSignals(Native os) {
        Pointer waiting = os.allocate(SIGSET_BYTES);
        WAITING.forEach(signal -> add(waiting, signal));
        // All others are let through: threads of a JVM block QUIT.
        os.libc().pthread_sigmask(SIG_SETMASK, waiting, null);
        Pointer ignore = Pointer.wrap(waiting.getRuntime(), SIG_IGN);
        WAITING.forEach(signal -> os.libc().signal(signal.intValue(), ignore));
    }

    private static void add(Pointer set, Signal signal) {
        int bit = signal.intValue() - 1;
        set.putLong(0, set.getLong(0) | 1L << bit);
    }

    private static void keep(Native os, Collection<Integer> kept) throws OsException {
        closeOnExec(os);
        for (int fd : kept) {
            os.check(os.libc().fcntl(fd, F_SETFD, 0), "fcntl", "fd " + fd);
        }
    }

    /** Every descriptor but the standard ones is closed in whatever this process executes. */
    public static void closeOnExec(Native os) {
        if (os.libc().syscall(Platform.SYS_CLOSE_RANGE, 3, 0xffff_ffffL, CLOSE_RANGE_CLOEXEC) == 0) {
            return;
        }
        String[] open = new File("/proc/self/fd").list();
        for (String fd : open == null ? new String[0] : open) {
            if (Integer.parseInt(fd) >= 3) {
                os.libc().fcntl(Integer.parseInt(fd), F_SETFD, FD_CLOEXEC);
            }
        }
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
