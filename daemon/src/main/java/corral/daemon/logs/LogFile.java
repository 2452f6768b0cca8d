package corral.daemon.logs;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.io.File;
import java.util.Optional;

/**
 * A regular log file with Supervisor's rotation (spec/supervisor.md 6.5), except that no line is cut in two: what a rotation
 * would tear off moves on to the new file. Output thread only.
 *
 * <p>splice(2) refuses files in append mode, so the position is kept here and set to the file's end before each batch; that
 * also makes copytruncate and other writers harmless.
 */
final class LogFile implements Target {
    /** Four times cheaper than 1 MiB at a time: the pages are still in the cache, and the child is not locked out meanwhile. */
    private static final int CHUNK = 128 * 1024;

    private static final int OVERSHOOT = 128 * 1024;
    private static final int TAIL = 2 * OVERSHOOT;
    private static final long LOOK_NS = 1_000_000_000L;

    private final Descriptors os;
    private final String path;
    private final long maxBytes;
    private final Rotation rotation;
    private final NativeBuffer offset;
    private int fd;
    private long position;
    /** Size when the file was last seen to have a name: what is behind may be in no file that anyone can open. */
    private long named;
    /** When somebody last looked whether the file has been removed: once a second is soon enough, and it is not cheap. */
    private long lookedNs = System.nanoTime();
    /** Whether a rotation has failed half way; nothing is written before it is finished. */
    private boolean unfinished;

    /** When the log could not be rotated; it grows on, and that is tried again a second later. */
    private Optional<Long> refusedNs = Optional.empty();

    private LogFile(Descriptors os, int fd, StreamSpec spec, NativeBuffer offset, Rotation rotation) {
        this.os = os;
        this.fd = fd;
        this.rotation = rotation;
        this.path = spec.logfile();
        this.maxBytes = spec.maxBytes();
        this.offset = offset;
        this.position = os.size(fd);
        this.named = position;
    }

    /** Opens a log; empty when what is at its path is no regular file. */
    static Optional<LogFile> open(Descriptors os, StreamSpec spec, NativeBuffer offset, FaultPoints faults)
            throws OsException {
        Rotation rotation = new Rotation(os, spec.logfile(), spec.backups(), faults);
        rotation.finish();
        int fd = LogPlace.open(os, spec.logfile(), false);
        if (os.isRegular(fd)) {
            return Optional.of(new LogFile(os, fd, spec, offset, rotation));
        }
        os.close(fd);
        return Optional.empty();
    }

    @Override
    public boolean splices() {
        return true;
    }

    @Override
    public int pollFd() {
        return -1;
    }

    @Override
    public void beginBatch() throws OsException {
        if (unfinished) {
            rotation.finish();
            reopen();
            unfinished = false;
        }
        long now = System.nanoTime();
        if (now - lookedNs > LOOK_NS) {
            lookedNs = now;
            if (os.isUnlinked(fd)) {
                moveOn();
            }
            named = os.size(fd);
        }
        position = os.size(fd);
    }

    @Override
    public long takeFrom(int fifo) throws OsException {
        offset.setLong(position);
        long moved = os.splice(fifo, fd, offset, room());
        if (moved > 0) {
            position += moved;
            rotateIfFull();
        }
        return moved;
    }

    @Override
    public long write(NativeBuffer buffer, int from, int to) throws OsException {
        long written = os.writeAt(fd, buffer, from, to, position);
        if (written > 0) {
            position += written;
            rotateIfFull();
        }
        return written;
    }

    /** Somebody has removed the file: what was written since goes to the new one. */
    private void moveOn() throws OsException {
        long size = os.size(fd);
        byte[] rest = read(named, (int) Math.min(Integer.MAX_VALUE >> 8, size - named));
        reopen();
        append(rest);
    }

    private void append(byte[] bytes) throws OsException {
        if (bytes.length == 0) {
            return;
        }
        NativeBuffer buffer = os.buffer(bytes.length);
        buffer.put(bytes, 0, bytes.length);
        int done = 0;
        while (done < bytes.length) {
            done += (int) Math.max(0, os.writeAt(fd, buffer, done, bytes.length, position + done));
        }
        position += done;
    }

    @Override
    public void reopen() throws OsException {
        int fresh = LogPlace.open(os, path, false);
        os.close(fd);
        fd = fresh;
        position = os.size(fd);
    }

    @Override
    public void clear() throws OsException {
        // As Supervisor does: readers that hold the old file keep it, everyone else sees an empty one.
        if (!new File(path).delete() && new File(path).exists()) {
            os.truncate(fd, 0);
        }
        reopen();
    }

    @Override
    public void close() {
        os.close(fd);
    }

    /** As much as may go into the file before somebody must look whether it is full. */
    private long room() {
        if (maxBytes <= 0) {
            return CHUNK;
        }
        // Past the limit the end of the line is near: small steps find it.
        return position < maxBytes ? Math.min(CHUNK, maxBytes - position) : 4096;
    }

    private void rotateIfFull() throws OsException {
        if (maxBytes <= 0 || position < maxBytes) {
            return;
        }
        long keep = endOfLastLine();
        if (keep < 0 && position < maxBytes + OVERSHOOT) {
            return;
        }
        rotate(keep < 0 ? position : keep);
    }

    /** Position after the last newline, -1 when there is none near the end. */
    private long endOfLastLine() throws OsException {
        long from = Math.max(0, position - TAIL);
        byte[] tail = read(from, (int) (position - from));
        for (int i = tail.length - 1; i >= 0; i--) {
            if (tail[i] == '\n') {
                return from + i + 1L;
            }
        }
        return -1;
    }

    /** Everything before {@code keep} stays in the old file, the rest begins the new one. */
    private void rotate(long keep) throws OsException {
        if (refusedNs.isPresent() && System.nanoTime() - refusedNs.get() < LOOK_NS) {
            return;
        }
        if (os.isUnlinked(fd)) {
            // What is in it is moved on, not rotated.
            return;
        }
        byte[] rest = read(keep, (int) (position - keep));
        unfinished = true;
        fd = rotation.rotate(fd, keep, rest);
        unfinished = false;
        long size = os.size(fd);
        named = Math.min(named, size);
        refusedNs = size < position ? Optional.empty() : Optional.of(System.nanoTime());
        position = size;
    }

    private byte[] read(long from, int length) throws OsException {
        return length <= 0 ? new byte[0] : os.readAt(fd, os.buffer(length), length, from);
    }
}
