package corral.daemon.logs;

import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;

/** Where the bytes of a stream end up. Output thread only. */
interface Target {

    /** Whether {@link #takeFrom} works, so that bytes need not pass through memory. */
    boolean splices();

    /** The descriptor that becomes writable when there is room again; -1 when none says so. */
    int pollFd();

    /** Called before the transfers of one wakeup. */
    void beginBatch() throws OsException;

    /** Moves bytes from a FIFO inside the kernel; as {@link corral.daemon.os.Descriptors#splice}. */
    long takeFrom(int fifo) throws OsException;

    /** Writes bytes; how many, or WOULD_BLOCK. */
    long write(NativeBuffer buffer, int from, int to) throws OsException;

    /** Whether another stream has written a part of what it has to say, and nobody may cut in. */
    default boolean isHeldByAnother(Object stream) {
        return false;
    }

    /** A stream has written a part, or nothing of it is left to write. */
    default void hold(Object stream, boolean partly) {}

    /** Opens the path anew, after somebody moved the file away. */
    void reopen() throws OsException;

    /** Empties the log. */
    void clear() throws OsException;

    /** Closes the descriptor. */
    void close();
}
