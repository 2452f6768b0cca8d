package corral.daemon.os;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.posix.FileStat;

/**
 * A file that one process at a time holds (flock(2)), with that one's pid in it. The lock belongs to the open file: it goes on
 * through exec if its descriptor does, and ends with the process, however that ends. Any thread.
 */
public final class LockFile {
    private static final int O_RDWR_CREAT = 2 | 0x40;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int EWOULDBLOCK = 11;
    private static final int OWNER_ONLY = 0600;
    private static final int PID_BYTES = 32;

    private final Native os;
    private final int fd;
    private final String path;

    private LockFile(Native os, int fd, String path) {
        this.os = os;
        this.fd = fd;
        this.path = path;
    }

    /**
     * Takes the lock and writes our pid; empty when somebody else has it.
     *
     * @throws OsException ENOENT and the like when the file cannot be made
     */
    public static Optional<LockFile> tryLock(Native os, String path) throws OsException {
        while (true) {
            int fd = os.open(path, O_RDWR_CREAT, OWNER_ONLY);
            if (os.libc().flock(fd, LOCK_EX_NB) == -1) {
                int errno = os.errno();
                os.libc().close(fd);
                if (errno == EWOULDBLOCK) {
                    return Optional.empty();
                }
                throw new OsException("flock", path, errno);
            }
            LockFile lock = new LockFile(os, fd, path);
            if (lock.isCurrent()) {
                lock.writePid();
                return Optional.of(lock);
            }
            // Whoever had it has removed the file meanwhile: the next one makes another.
            lock.close();
        }
    }

    /** The lock that a predecessor in this process has handed over; empty when the descriptor is none. */
    public static Optional<LockFile> inherited(Native os, int fd, String path) throws OsException {
        LockFile lock = new LockFile(os, fd, path);
        if (!lock.isCurrent() || os.libc().flock(fd, LOCK_EX_NB) == -1) {
            return Optional.empty();
        }
        lock.writePid();
        return Optional.of(lock);
    }

    /** The pid in a lock file; empty when there is none. */
    public static Optional<String> holder(Native os, String path) throws OsException {
        int fd = os.open(path, 0, 0);
        try {
            Pointer memory = os.allocate(PID_BYTES);
            int count = (int) os.libc().pread(fd, memory, PID_BYTES, 0);
            byte[] bytes = new byte[Math.max(0, count)];
            memory.get(0, bytes, 0, bytes.length);
            return Optional.of(new String(bytes, StandardCharsets.US_ASCII).strip())
                    .filter(text -> !text.isEmpty());
        } finally {
            os.libc().close(fd);
        }
    }

    /** Its descriptor, to be handed over. */
    public int descriptor() {
        return fd;
    }

    /** Removes the file and gives up the lock. */
    public void release() {
        os.libc().unlink(path);
        close();
    }

    /** Whether the file is still the one at its path. */
    private boolean isCurrent() {
        FileStat open = os.posix().allocateStat();
        FileStat named = os.posix().allocateStat();
        return os.posix().fstat(fd, open) == 0
                && os.posix().stat(path, named) == 0
                && open.ino() == named.ino()
                && open.dev() == named.dev();
    }

    private void writePid() throws OsException {
        byte[] bytes = (os.pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        Pointer memory = os.allocate(bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        os.check(os.libc().ftruncate(fd, 0), "ftruncate", path);
        if (os.libc().pwrite(fd, memory, bytes.length, 0) == -1) {
            throw new OsException("write", path, os.errno());
        }
    }

    private void close() {
        os.libc().close(fd);
    }
}
