package corral.daemon.spawn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a log that is written from some moment on. A log that has been rotated since counts whole. One thread. */
final class LogSince {
    private final Path file;
    private long from;

    /** A log; the name is empty if there is none. */
    LogSince(String logfile) {
        this.file = logfile.isEmpty() ? null : Path.of(logfile);
    }

    /** What is in it by now does not count. */
    void begin() {
        from = size();
    }

    /** The last of it, from the beginning of a line; empty for nothing, or if it cannot be read. */
    String tail(int maxBytes) {
        long size = size();
        if (size == 0) {
            return "";
        }
        long begin = Math.max(from > size ? 0 : from, size - maxBytes);
        ByteBuffer bytes = ByteBuffer.allocate((int) (size - begin));
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(begin);
            int count = channel.read(bytes);
            while (count > 0 && bytes.hasRemaining()) {
                count = channel.read(bytes);
            }
        } catch (IOException e) {
            return "";
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        boolean cut = begin > from && begin > 0;
        return (cut ? text.substring(text.indexOf('\n') + 1) : text).strip();
    }

    /** Of a regular file; 0 for all others, which cannot be read again. */
    private long size() {
        try {
            return file != null && Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
