package corral.daemon.logs;

import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.util.ArrayDeque;

/** Bytes on their way to the stdin of a child whose pipe is full. Output thread only. */
final class StdinQueue {
    private final Descriptors os;
    private final String path;
    private final int fd;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int written;

    StdinQueue(Descriptors os, String path, int fd) {
        this.os = os;
        this.path = path;
        this.fd = fd;
    }

    String path() {
        return path;
    }

    void add(byte[] bytes) {
        if (bytes.length > 0) {
            waiting.add(bytes);
        }
    }

    /** Writes what the pipe takes; true when nothing is left. */
    boolean flush() throws OsException {
        while (!waiting.isEmpty()) {
            byte[] first = waiting.peek();
            NativeBuffer buffer = os.buffer(first.length);
            buffer.put(first, 0, first.length);
            long count = os.write(fd, buffer, written, first.length);
            if (count == Descriptors.WOULD_BLOCK) {
                return false;
            }
            written += (int) count;
            if (written == first.length) {
                waiting.remove();
                written = 0;
            }
        }
        return true;
    }
}
