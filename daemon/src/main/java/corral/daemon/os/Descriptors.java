package corral.daemon.os;

import jnr.ffi.Pointer;
import jnr.posix.FileStat;

/** Files and FIFOs by descriptor, for the threads that move output. Calls block only where the man page says so. */
public final class Descriptors {
    /** {@link #read} and {@link #splice}: nothing there now. */
    public static final long WOULD_BLOCK = -1;

    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_TRUNC = 0x200;
    private static final int O_APPEND = 0x400;
    private static final int O_NONBLOCK = 0x800;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EEXIST = 17;
    private static final int SEEK_END = 2;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SPLICE_NONBLOCK = 2;
    private static final int SPLICE_MOVE_NONBLOCK = 1 | SPLICE_NONBLOCK;
    private static final int POLLOUT = 4;
    private static final int FIFO_BYTES = 1 << 20;
    private static final int MFD_CLOEXEC = 1;

    private final Native os;

    /** Descriptors of this process. */
    public Descriptors(Native os) {
        this.os = os;
    }

    /** Makes a FIFO (mode 0600) unless there is one; anything else at that path is an error. */
    public void makeFifo(String path) throws OsException {
        if (os.unix().mkfifo(path, 0600) == -1) {
            int errno = os.errno();
            if (errno != EEXIST || !os.posix().stat(path).isFifo()) {
                throw new OsException("mkfifo", path, errno);
            }
        }
    }

    /** The reading end of a FIFO: does not block, and ends when the last writer has gone. */
    public int openFifoReader(String path) throws OsException {
        int fd = os.open(path, O_RDONLY | O_NONBLOCK, 0);
        // Best effort: an unprivileged user may have used up what he may pin.
        os.libc().fcntl(fd, F_SETPIPE_SZ, FIFO_BYTES);
        return fd;
    }

    /** Both ends of a FIFO, blocking: what a child gets, so that the FIFO never breaks under it. */
    public int openFifoBoth(String path) throws OsException {
        return os.open(path, O_RDWR, 0);
    }

    /** The writing end of a FIFO that somebody reads, not blocking; ENXIO when nobody does. */
    public int openFifoWriter(String path) throws OsException {
        return os.open(path, O_WRONLY | O_NONBLOCK, 0);
    }

    /** Removes a name; what is open stays. */
    public void remove(String path) {
        os.libc().unlink(path);
    }

    /** Gives a file another name; one that had it is gone, in the same step. */
    public void rename(String from, String to) throws OsException {
        os.check(os.libc().rename(from, to), "rename", from);
    }

    /** A log file for reading back and writing at an offset of our own (splice refuses O_APPEND); created as 0666 less umask. */
    public int openLog(String path, boolean truncate) throws OsException {
        return os.open(path, O_RDWR | O_CREAT | (truncate ? O_TRUNC : 0), 0666);
    }

    /** Anything that is written at its end: terminals, pipes, devices. */
    public int openAppending(String path) throws OsException {
        return os.open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    }

    /** A second descriptor of an open file, close-on-exec. */
    public int duplicate(int fd) throws OsException {
        int copy = os.check(os.libc().dup(fd), "dup", "fd " + fd);
        os.libc().fcntl(copy, 2, 1);
        return copy;
    }

    /** A file without a name, which takes whatever is written to it: close-on-exec, read back with {@link #readAt}. */
    public int memoryFile(String name) throws OsException {
        return os.check(os.libc().memfd_create(name, MFD_CLOEXEC), "memfd_create", name);
    }

    /** Whether this is a regular file. */
    public boolean isRegular(int fd) {
        return os.posix().fstat(fd).isFile();
    }

    /** Whether a log file has been removed under us. */
    public boolean isUnlinked(int fd) {
        FileStat stat = os.posix().fstat(fd);
        return stat.nlink() == 0;
    }

    /** Size in bytes. */
    public long size(int fd) {
        return os.libc().lseek(fd, 0, SEEK_END);
    }

    /** Closes; an error is of no use to anyone. */
    public void close(int fd) {
        os.libc().close(fd);
    }

    /** Native memory for {@link #read}. */
    public NativeBuffer buffer(int bytes) {
        return new NativeBuffer(os.allocate(bytes), bytes);
    }

    /** Reads; 0 at the end, {@link #WOULD_BLOCK} when nothing is there now. */
    public long read(int fd, NativeBuffer into) throws OsException {
        return transferred(os.libc().read(fd, into.pointer(), into.size()), "read", fd);
    }

    /** Reads at most so many bytes. */
    public long read(int fd, NativeBuffer into, int length) throws OsException {
        return transferred(os.libc().read(fd, into.pointer(), length), "read", fd);
    }

    /** A pipe of at least that size, close-on-exec and not blocking: reading end, writing end. */
    public int[] makePipe(int bytes) throws OsException {
        Pointer both = os.allocate(8);
        os.check(os.libc().pipe2(both, O_CLOEXEC | O_NONBLOCK), "pipe2", "");
        int[] ends = {both.getInt(0), both.getInt(4)};
        os.libc().fcntl(ends[1], F_SETPIPE_SZ, bytes);
        return ends;
    }

    /** Copies what a pipe has into another one, and leaves it there; 0 at its end, {@link #WOULD_BLOCK} when it is empty now. */
    public long tee(int from, int to, long length) throws OsException {
        return transferred(os.libc().tee(from, to, length, SPLICE_NONBLOCK), "tee", from);
    }

    /** Reads at a position without moving the descriptor's own. */
    public byte[] readAt(int fd, NativeBuffer into, int length, long position) throws OsException {
        long count = transferred(os.libc().pread(fd, into.pointer(), length, position), "pread", fd);
        return into.bytes((int) Math.max(0, count));
    }

    /** Writes what the buffer holds from {@code from} up to {@code to}; {@link #WOULD_BLOCK} when there is no room. */
    public long write(int fd, NativeBuffer buffer, int from, int to) throws OsException {
        return transferred(os.libc().write(fd, buffer.pointer().slice(from, to - from), to - from), "write", fd);
    }

    /** Writes the first {@code length} bytes of a buffer at a position; blocks as a disk does. */
    public long writeAt(int fd, NativeBuffer buffer, int from, int to, long position) throws OsException {
        return transferred(
                os.libc().pwrite(fd, buffer.pointer().slice(from, to - from), to - from, position), "pwrite", fd);
    }

    /** Whether a write of up to PIPE_BUF bytes would go through at once. */
    public boolean isWritable(int fd) {
        Pointer poll = os.allocate(8);
        poll.putInt(0, fd);
        poll.putShort(4, (short) POLLOUT);
        return os.libc().poll(poll, 1, 0) > 0;
    }

    /** Sets the length of a file. */
    public void truncate(int fd, long length) throws OsException {
        os.check(os.libc().ftruncate(fd, length), "ftruncate", "fd " + fd);
    }

    /** Gives a FIFO to the user of its program, so that the child can open /dev/stdout. */
    public void changeOwner(int fd, int uid, int gid) throws OsException {
        os.check(os.libc().fchown(fd, uid, gid), "fchown", "fd " + fd);
    }

    /**
     * Moves bytes from a pipe into a file at {@code offset} inside the kernel; 0 at the end of the pipe, {@link #WOULD_BLOCK}
     * when it is empty now.
     */
    public long splice(int pipe, int file, NativeBuffer offset, long length) throws OsException {
        return transferred(
                os.libc().splice(pipe, null, file, offset.pointer(), length, SPLICE_MOVE_NONBLOCK), "splice", file);
    }

    private long transferred(long count, String step, int fd) throws OsException {
        if (count >= 0) {
            return count;
        }
        int errno = os.errno();
        if (errno == EAGAIN || errno == EINTR) {
            return WOULD_BLOCK;
        }
        throw new OsException(step, "fd " + fd, errno);
    }
}
