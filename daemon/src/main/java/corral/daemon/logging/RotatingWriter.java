package corral.daemon.logging;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The file of the activity log, rotated as Supervisor does (spec/supervisor.md 6.5): after a write that reaches the limit;
 * never when it is not a regular file. After an error it is as it was before: no part of a line stays, and the next write tries
 * again. One thread uses it.
 */
final class RotatingWriter {
    /** So often somebody looks whether the file has been removed. */
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    /** Until a rotation that has failed is tried again. */
    private static final long ROTATE_AGAIN_NS = TimeUnit.SECONDS.toNanos(60);

    private final File file;
    private final long maxBytes;
    private final int backups;
    /** Null when it could not be opened. */
    private FileOutputStream out;

    private boolean regular;
    private boolean made;
    private long size;
    private long lookedNs;
    private long noRotationNs = System.nanoTime();

    RotatingWriter(File file, long maxBytes, int backups) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        this.backups = backups;
        open(true);
    }

    void write(String line) throws IOException {
        lookForFile();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
        } catch (IOException e) {
            removePart(bytes.length);
            throw e;
        }
        size += bytes.length;
        if (maxBytes > 0 && size >= maxBytes && regular && System.nanoTime() - noRotationNs >= 0) {
            rotate();
        }
    }

    /** Whether its directory was missing and has been made since the last call. */
    boolean takeMade() {
        boolean was = made;
        made = false;
        return was;
    }

    /** Opens the path anew, after somebody moved the file away. */
    void reopen() throws IOException {
        close();
        open(true);
    }

    /** Removes the file and begins a new one. */
    void clear() throws IOException {
        close();
        if (file.isFile() && !file.delete()) {
            open(false);
            return;
        }
        open(true);
    }

    void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }

    /** Whoever removes the file, or its directory with it, does not mean that the log is to end. */
    private void lookForFile() throws IOException {
        long now = System.nanoTime();
        if (out == null || (regular && now - lookedNs > LOOK_NS && !file.exists())) {
            close();
            open(true);
        }
        if (now - lookedNs > LOOK_NS) {
            lookedNs = now;
        }
    }

    /** A full disk may have taken the beginning of a line; somebody else's lines behind it, if there are any, stay. */
    private void removePart(int most) throws IOException {
        if (regular) {
            long now = out.getChannel().size();
            if (now > size && now < size + most) {
                out.getChannel().truncate(size);
            }
        }
    }

    private void open(boolean append) throws IOException {
        File directory = file.getAbsoluteFile().getParentFile();
        if (!directory.exists()) {
            // Only the last one: if more is missing, that is another disk that is not there. Opening says what is
            // wrong.
            made = directory.mkdir() || made;
        }
        out = new FileOutputStream(file, append);
        regular = file.isFile();
        size = regular ? file.length() : 0;
        lookedNs = System.nanoTime();
    }

    private void rotate() throws IOException {
        try {
            for (int i = backups - 1; i >= 1; i--) {
                rename(backup(i), backup(i + 1));
            }
            if (backups > 0) {
                rename(file, backup(1));
            }
        } catch (IOException e) {
            // The line is written, and so are the next ones: the file grows.
            noRotationNs = System.nanoTime() + ROTATE_AGAIN_NS;
            return;
        }
        close();
        try {
            open(false);
        } catch (IOException e) {
            // The next write says so.
            out = null;
        }
    }

    private File backup(int number) {
        return new File(file.getPath() + "." + number);
    }

    private static void rename(File from, File to) throws IOException {
        if (from.exists() && !from.renameTo(to)) {
            throw new IOException("cannot rename " + from + " to " + to);
        }
    }
}
