package corral.daemon.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * What is appended to a log file, without end (spec/supervisor.md 4.7): follows rotation to the new file after the old
 * one was read to its end, and starts anew, saying so, when the file was truncated.
 */
final class LogFollower implements ByteSource {
    private static final byte[] TRUNCATED = "==> File truncated <==\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTHING = new byte[0];
    private static final int CHUNK_BYTES = 16 << 10;

    private final Path file;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    private FileChannel channel;
    private Object identity;
    private long position;
    private boolean cutBefore;

    /**
     * Opens the file.
     *
     * @param lastBytes how much of what is there already to begin with
     */
    LogFollower(Path file, int lastBytes) throws IOException {
        this.file = file;
        open();
        position = Math.max(0, channel.size() - lastBytes);
    }

    @Override
    public byte[] next() throws IOException {
        long size = channel.size();
        if (size < position) {
            position = 0;
            return TRUNCATED;
        }
        if (size == position && isReplaced()) {
            FileChannel old = channel;
            open();
            old.close();
            size = channel.size();
        }
        return size > position ? read() : NOTHING;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void open() throws IOException {
        while (true) {
            Object before = identityNow();
            FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
            if (before.equals(identityNow())) {
                identity = before;
                channel = opened;
                position = 0;
                return;
            }
            // Rotated in between: what was opened and what was looked at are not the same file.
            opened.close();
        }
    }

    private boolean isReplaced() {
        try {
            return !identityNow().equals(identity);
        } catch (IOException e) {
            // Between two steps of a rotation, or removed: what is open may still grow.
            return false;
        }
    }

    private Object identityNow() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private byte[] read() throws IOException {
        buffer.clear();
        int bytes = Math.max(0, channel.read(buffer, position));
        int whole = Utf8.wholeCharacters(buffer.array(), bytes);
        if (whole == 0 && !cutBefore) {
            // The rest of the character is probably being written; readers decode chunk by chunk.
            cutBefore = true;
            return NOTHING;
        }
        cutBefore = false;
        int taken = whole == 0 ? bytes : whole;
        position += taken;
        return Arrays.copyOf(buffer.array(), taken);
    }
}
