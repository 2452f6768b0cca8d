package corral.server.access;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of a format, appended to a file or to stdout in large writes. What cannot be written is kept and tried again; beyond {@link #KEPT}
 * bytes, whole batches are dropped and counted. One thread at a time.
 */
final class LineFile implements EntrySink {
    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);
    private static final String STDOUT = "-";
    private static final int BATCH = 64 * 1024;
    private static final int KEPT = 8 * 1024 * 1024;

    private final LineFormat format;
    private final String path;
    private final StringBuilder lines = new StringBuilder(2 * BATCH);
    private FileChannel channel;
    private ByteBuffer unwritten = ByteBuffer.allocate(0);
    private boolean failing;

    /**
     * @param path of the file, or {@code -}
     * @throws IOException it cannot be opened
     */
    LineFile(LineFormat format, String path) throws IOException {
        this.format = format;
        this.path = path;
        this.channel = open(path);
    }

    private static FileChannel open(String path) throws IOException {
        return path.equals(STDOUT)
                ? new FileOutputStream(FileDescriptor.out).getChannel()
                : FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void accept(AccessEntry entry) {
        format.append(lines, entry);
        lines.append('\n');
        if (lines.length() >= BATCH) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (lines.isEmpty() && !unwritten.hasRemaining()) {
            return;
        }
        byte[] fresh = lines.toString().getBytes(StandardCharsets.UTF_8);
        lines.setLength(0);
        if (unwritten.remaining() + fresh.length > KEPT) {
            LOG.error("{}: lines of {} bytes are lost", path, fresh.length);
            fresh = new byte[0];
        }
        if (unwritten.hasRemaining()) {
            unwritten = ByteBuffer.allocate(unwritten.remaining() + fresh.length)
                    .put(unwritten)
                    .put(fresh)
                    .flip();
        } else {
            unwritten = ByteBuffer.wrap(fresh);
        }
        write();
    }

    private void write() {
        try {
            while (unwritten.hasRemaining()) {
                channel.write(unwritten);
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.error("{}: cannot be written, lines are kept: {}", path, e.getMessage());
            }
            failing = true;
        }
    }

    @Override
    public void reopen() {
        flush();
        if (path.equals(STDOUT)) {
            return;
        }
        try {
            FileChannel fresh = open(path);
            channel.close();
            channel = fresh;
        } catch (IOException e) {
            LOG.error("{}: cannot be opened again, the old file is written on: {}", path, e.getMessage());
        }
    }

    @Override
    public void close() {
        flush();
        try {
            if (!path.equals(STDOUT)) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.error("{}: {}", path, e.getMessage());
        }
    }
}
