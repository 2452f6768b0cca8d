package corral.daemon.logging;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The file of the activity log, rotated as Supervisor does (spec/supervisor.md 6.5): after a write that reaches the limit;
 * never when it is not a regular file. One thread uses it.
 */
final class RotatingWriter {
    private final File file;
    private final long maxBytes;
    private final int backups;
    private FileOutputStream out;
    private long size;

    RotatingWriter(File file, long maxBytes, int backups) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        this.backups = backups;
        open(true);
    }

    void write(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        size += bytes.length;
        if (maxBytes > 0 && size >= maxBytes && file.isFile()) {
            rotate();
        }
    }

    /** Opens the path anew, after somebody moved the file away. */
    void reopen() throws IOException {
        out.close();
        open(true);
    }

    /** Removes the file and begins a new one. */
    void clear() throws IOException {
        out.close();
        if (file.isFile() && !file.delete()) {
            open(false);
            return;
        }
        open(true);
    }

    void close() throws IOException {
        out.close();
    }

    private void open(boolean append) throws IOException {
        out = new FileOutputStream(file, append);
        size = file.isFile() ? file.length() : 0;
    }

    private void rotate() throws IOException {
        out.close();
        for (int i = backups - 1; i >= 1; i--) {
            rename(backup(i), backup(i + 1));
        }
        if (backups > 0) {
            rename(file, backup(1));
        }
        open(false);
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
