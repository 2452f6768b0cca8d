package corral.daemon.logs;

import corral.daemon.os.NativeBuffer;

/** {@code logfile = NONE}: the bytes are read, so that the child never blocks, and dropped. */
final class NoFile implements Target {

    @Override
    public boolean splices() {
        return false;
    }

    @Override
    public int pollFd() {
        return -1;
    }

    @Override
    public void beginBatch() {}

    @Override
    public long takeFrom(int fifo) {
        throw new UnsupportedOperationException("not spliced");
    }

    @Override
    public long write(NativeBuffer buffer, int from, int to) {
        return (long) to - from;
    }

    @Override
    public void reopen() {}

    @Override
    public void clear() {}

    @Override
    public void close() {}
}
