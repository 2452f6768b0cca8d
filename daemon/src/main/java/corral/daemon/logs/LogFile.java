package corral.daemon.logs;

import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.io.File;

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
    private final int backups;
    private final NativeBuffer offset;
    private int fd;
    private long position;
    /** Size when the file was last seen to have a name: what is behind may be in no file that anyone can open. */
    private long named;
    /** When somebody last looked whether the file has been removed: once a second is soon enough, and it is not cheap. */
    private long lookedNs = System.nanoTime();

    LogFile(Descriptors os, int fd, StreamSpec spec, NativeBuffer offset) {
        this.os = os;
        this.fd = fd;
        this.path = spec.logfile();
        this.maxBytes = spec.maxBytes();
        this.backups = spec.backups();
        this.offset = offset;
        this.position = os.size(fd);
        this.named = position;
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
        byte[] rest = read(keep, (int) (position - keep));
        if (backups <= 0) {
            os.truncate(fd, 0);
            position = 0;
            append(rest);
            return;
        }
        for (int i = backups - 1; i >= 1; i--) {
            rename(path + "." + i, path + "." + (i + 1));
        }
        rename(path, path + ".1");
        int old = fd;
        fd = LogPlace.open(os, path, true);
        position = 0;
        // First into the new file, then out of the old: a crash between the two doubles a line and loses none.
        append(rest);
        os.truncate(old, keep);
        os.close(old);
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

    private byte[] read(long from, int length) throws OsException {
        return length <= 0 ? new byte[0] : os.readAt(fd, os.buffer(length), length, from);
    }

    private static void rename(String from, String to) {
        File source = new File(from);
        if (source.exists() && !source.renameTo(new File(to))) {
            LogErrors.cannotRename(from, to);
        }
    }
}
