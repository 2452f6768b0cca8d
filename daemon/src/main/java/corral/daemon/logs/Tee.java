package corral.daemon.logs;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;

/**
 * Reads a FIFO without taking anything out of it (tee(2)), by a pipe that is empty otherwise: bytes that must pass through memory
 * leave the FIFO only when they have been written, so that a daemon that is killed in between loses none. Output thread only.
 */
final class Tee {
    private final Descriptors os;
    private final NativeBuffer scratch;
    private final FaultPoints faults;
    /** Reading end and writing end, once they are needed. */
    private int[] pipe = {};

    /** {@code scratch} is what is read into. */
    Tee(Descriptors os, NativeBuffer scratch, FaultPoints faults) {
        this.os = os;
        this.scratch = scratch;
        this.faults = faults;
    }

    /** Where the bytes are after {@link #peek} and {@link #take}. */
    NativeBuffer scratch() {
        return scratch;
    }

    /** Bytes that are there and stay there until {@link #consume}; 0 at the end, WOULD_BLOCK when there are none now. */
    long peek(int fifo) throws OsException {
        if (pipe.length == 0) {
            pipe = os.makePipe(scratch.size());
        }
        long count = os.tee(fifo, pipe[1], scratch.size());
        if (count > 0) {
            read(pipe[0], count);
            faults.reached("copy.read");
        }
        return count;
    }

    /** The bytes that have been peeked have been written. */
    void consume(int fifo, long count) throws OsException {
        faults.reached("copy.written");
        for (long left = count; left > 0; ) {
            long taken = os.read(fifo, scratch, (int) Math.min(left, scratch.size()));
            if (taken <= 0) {
                return;
            }
            left -= taken;
        }
    }

    /** Bytes that need not outlive the daemon, at once. */
    long take(int fifo) throws OsException {
        return os.read(fifo, scratch);
    }

    private void read(int fd, long count) throws OsException {
        // A pipe gives all that it has, up to what is asked for.
        long read = os.read(fd, scratch, (int) count);
        if (read != count) {
            throw new IllegalStateException("a pipe with " + count + " bytes gave " + read);
        }
    }
}
