package corral.daemon.logs;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns a full log into its newest backup and begins a new one. Whenever the daemon is killed meanwhile, whoever opens the log
 * next finishes that: what begins the new file is first kept, whole, in {@code LOG.rotating-N}, where N is the size that the
 * old file is to have. Output thread only.
 */
final class Rotation {
    private static final String JOURNAL = ".rotating-";
    private static final String UNFINISHED = ".rotating";

    private final Descriptors os;
    private final String path;
    private final int backups;
    private final FaultPoints faults;
    private boolean complained;

    /** Of one log; {@code backups} of 0 or less means that what is rotated away is thrown away. */
    Rotation(Descriptors os, String path, int backups, FaultPoints faults) {
        this.os = os;
        this.path = path;
        this.backups = backups;
        this.faults = faults;
    }

    /**
     * Rotates.
     *
     * @param log the open log, which is closed unless it is what is returned
     * @param keep position of the first byte that begins the new log
     * @param rest what stands from there on
     * @return the new log; the old one, unchanged, if its directory does not allow it
     */
    int rotate(int log, long keep, byte[] rest) throws OsException {
        long length = backups <= 0 ? 0 : keep;
        String journal = path + JOURNAL + length;
        try {
            os.close(write(path + UNFINISHED, rest));
            faults.reached("rotate.rest-written");
            os.rename(path + UNFINISHED, journal);
        } catch (OsException e) {
            os.remove(path + UNFINISHED);
            complain(e);
            return log;
        }
        faults.reached("rotate.rest-named");
        return complete(log, length, journal, rest);
    }

    /** Before the log is opened: does what somebody else has begun. */
    void finish() throws OsException {
        os.remove(path + UNFINISHED);
        Optional<String> journal = journal();
        if (journal.isEmpty()) {
            return;
        }
        long length = Long.parseLong(journal.get().substring(path.length() + JOURNAL.length()));
        byte[] rest = content(journal.get());
        if (!new File(path).exists()) {
            os.rename(journal.get(), path);
            return;
        }
        int log = os.openLog(path, false);
        if (length > 0 && os.size(log) < length) {
            // Another file: that one has been moved away, and somebody has begun anew since.
            append(log, rest);
            os.remove(journal.get());
            os.close(log);
        } else {
            os.close(complete(log, length, journal.get(), rest));
        }
    }

    /** The log is to be empty: what was to begin it is not wanted any more. */
    void forget() {
        journal().ifPresent(os::remove);
    }

    private int complete(int log, long length, String journal, byte[] rest) throws OsException {
        os.truncate(log, length);
        faults.reached("rotate.truncated");
        try {
            if (length == 0) {
                append(log, rest);
                faults.reached("rotate.moved");
                os.remove(journal);
                faults.reached("rotate.done");
                return log;
            }
            shift();
            os.rename(path, path + ".1");
            faults.reached("rotate.moved");
            os.rename(journal, path);
            faults.reached("rotate.done");
        } catch (OsException e) {
            complain(e);
            return undo(log, journal, rest);
        }
        int fresh = os.openLog(path, false);
        os.close(log);
        complained = false;
        return fresh;
    }

    /** Backups move up, but only to the first number that is free: what has been moved already is not moved again. */
    private void shift() throws OsException {
        int free = 1;
        while (free < backups && new File(path + "." + free).exists()) {
            free++;
        }
        for (int i = free - 1; i >= 1; i--) {
            os.rename(path + "." + i, path + "." + (i + 1));
            faults.reached("rotate.shifted");
        }
    }

    private void complain(OsException why) {
        if (!complained) {
            complained = true;
            LogErrors.cannotRotate(path, why);
        }
    }

    private int undo(int log, String journal, byte[] rest) throws OsException {
        if (!new File(path).exists()) {
            os.rename(path + ".1", path);
        }
        append(log, rest);
        os.remove(journal);
        return log;
    }

    private Optional<String> journal() {
        Path log = Path.of(path).toAbsolutePath();
        String prefix = Objects.requireNonNull(log.getFileName()) + JOURNAL;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                Objects.requireNonNull(log.getParent()),
                file -> Objects.requireNonNull(file.getFileName()).toString().startsWith(prefix))) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (name.substring(prefix.length()).matches("\\d{1,18}")) {
                    return Optional.of(path + name.substring(prefix.length() - JOURNAL.length()));
                }
            }
        } catch (IOException e) {
            // The log itself cannot be opened then, and says so.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private int write(String file, byte[] bytes) throws OsException {
        int fd = os.openLog(file, true);
        try {
            append(fd, bytes);
            return fd;
        } catch (OsException e) {
            os.close(fd);
            throw e;
        }
    }

    private void append(int fd, byte[] bytes) throws OsException {
        if (bytes.length == 0) {
            return;
        }
        NativeBuffer buffer = os.buffer(bytes.length);
        buffer.put(bytes, 0, bytes.length);
        long end = os.size(fd);
        int done = 0;
        while (done < bytes.length) {
            done += (int) Math.max(0, os.writeAt(fd, buffer, done, bytes.length, end + done));
        }
    }

    private byte[] content(String file) throws OsException {
        int fd = os.openLog(file, false);
        try {
            int size = (int) os.size(fd);
            return size == 0 ? new byte[0] : os.readAt(fd, os.buffer(size), size, 0);
        } finally {
            os.close(fd);
        }
    }
}
