package corral.daemon.logs;

import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;

/**
 * A terminal, pipe, socket or device as log, {@code /dev/stdout} above all: never rotated, never cleared, and written only
 * when it has room, so that a slow reader holds up nothing but its own stream. Output thread only.
 */
final class SpecialFile implements Target {
    /** POSIX: a write of this size to a pipe that polls writable does not block. */
    private static final int PIPE_BUF = 4096;

    private final Descriptors os;
    private final int fd;
    /** The stream that has written a part of what it has to say, null for none. */
    private Object holder;

    SpecialFile(Descriptors os, int fd) {
        this.os = os;
        this.fd = fd;
    }

    @Override
    public boolean splices() {
        return false;
    }

    @Override
    public int pollFd() {
        return fd;
    }

    @Override
    public void beginBatch() {}

    @Override
    public long takeFrom(int fifo) {
        throw new UnsupportedOperationException("not spliced");
    }

    @Override
    public long write(NativeBuffer buffer, int from, int to) throws OsException {
        if (!os.isWritable(fd)) {
            return Descriptors.WOULD_BLOCK;
        }
        return os.write(fd, buffer, from, Math.min(to, from + PIPE_BUF));
    }

    @Override
    public boolean isHeldByAnother(Object stream) {
        return holder != null && holder != stream;
    }

    @Override
    public void hold(Object stream, boolean partly) {
        if (partly) {
            holder = stream;
        } else if (holder == stream) {
            holder = null;
        }
    }

    @Override
    public void reopen() {}

    @Override
    public void clear() {}

    @Override
    public void close() {
        os.close(fd);
    }
}
