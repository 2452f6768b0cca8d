package corral.daemon.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Bytes of a log file that are part of a reply but too many to hold in memory; they are read while it is sent.
 *
 * @param file what to read
 * @param from offset of the first byte
 * @param length number of bytes
 */
record LogSlice(Path file, long from, long length) {
    /** Slices up to this size become text at once. */
    static final int MAX_TEXT_BYTES = 64 << 10;

    /** The bytes as text, malformed UTF-8 replaced, if there are few of them, else this. Blocks. */
    Object textOrSelf(FileChannel channel) throws IOException {
        return length <= MAX_TEXT_BYTES ? new String(read(channel, from, (int) length), StandardCharsets.UTF_8) : this;
    }

    /** Opens the file again. */
    FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Reads up to {@code length} bytes; fewer at the end of the file. */
    static byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }
}
