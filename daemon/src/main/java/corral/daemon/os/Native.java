package corral.daemon.os;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.UnixLibC;

/**
 * The loaded C library, made once at start and handed to whoever needs it. Thread-safe: it has no state but errno, which is
 * kept per thread.
 */
public final class Native {
    private static final int O_CLOEXEC = 0x80000;
    private static final int SIGKILL = 9;

    private final Libc libc;
    private final POSIX posix;
    private final Runtime runtime;

    private Native(Libc libc, POSIX posix) {
        this.libc = libc;
        this.posix = posix;
        this.runtime = Runtime.getRuntime(libc);
    }

    /** Loads the C library. */
    public static Native load() {
        return new Native(LibraryLoader.create(Libc.class).load("c"), POSIXFactory.getNativePOSIX());
    }

    Libc libc() {
        return libc;
    }

    POSIX posix() {
        return posix;
    }

    UnixLibC unix() {
        return (UnixLibC) posix.libc();
    }

    /** Native memory, zeroed, freed with the returned object. */
    Pointer allocate(int bytes) {
        return runtime.getMemoryManager().allocateDirect(bytes, true);
    }

    int errno() {
        return runtime.getLastError();
    }

    /** Turns -1 into an exception. */
    int check(int result, String step, String subject) throws OsException {
        if (result == -1) {
            throw new OsException(step, subject, errno());
        }
        return result;
    }

    /** Opens a file; close-on-exec is always added. */
    int open(String path, int flags, int mode) throws OsException {
        return check(libc.open(path, flags | O_CLOEXEC, mode), "open", path);
    }

    /** The daemon's pid. */
    public int pid() {
        return posix.getpid();
    }

    /** Ends this process at once, as kill -9 does; does not return. */
    public void killSelf() {
        posix.kill(posix.getpid(), SIGKILL);
    }

    /** The daemon's effective uid. */
    public int euid() {
        return posix.geteuid();
    }

    /** Bytes of a page of memory. */
    public int pageBytes() {
        return libc.getpagesize();
    }
}
