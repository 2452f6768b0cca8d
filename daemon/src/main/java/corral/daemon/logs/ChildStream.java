package corral.daemon.logs;

import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reading end of one FIFO and what is done with its bytes. Output thread only. */
final class ChildStream {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** One stream in flood may not starve the others. */
    private static final long BUDGET = 4 << 20;

    /** How a turn ended. */
    enum Result {
        /** The FIFO is empty or the budget is used up; more will be reported. */
        WATCH,
        /** Nobody can write to the FIFO any more. */
        ENDED,
        /** The log takes nothing now; bytes wait in the FIFO. */
        STALLED
    }

    private final StreamSpec spec;
    private final Descriptors os;
    private final Target target;
    private final Tee tee;
    private final NativeBuffer scratch;
    /** Null unless the stream needs it, as most do not. */
    private final AnsiStripper ansi;

    /** Likewise. */
    private final LineSplitter lines;

    /** Likewise. */
    private final LinePrefix prefix;

    private final int fifo;
    /** Bytes read from the FIFO that the target has not taken yet; null for none. */
    private NativeBuffer pending;

    /** Bytes that are still in the FIFO, although they are pending or written. */
    private long owed;

    private int pendingFrom;
    private int pendingTo;
    private boolean stalled;
    private long moved;

    /**
     * A stream.
     *
     * @param fifo its reading end, owned by this object
     * @param tee shared between streams; what is not written at once is copied out of its memory
     */
    ChildStream(StreamSpec spec, Descriptors os, int fifo, Target target, Tee tee, SyslogLines syslog) {
        this.spec = spec;
        this.os = os;
        this.fifo = fifo;
        this.target = target;
        this.tee = tee;
        this.scratch = tee.scratch();
        this.ansi = spec.stripAnsi() ? new AnsiStripper() : null;
        this.lines =
                spec.syslog() ? new LineSplitter(line -> syslog.send(spec.key().process() + " " + line)) : null;
        this.prefix = spec.prefix().isEmpty() ? null : new LinePrefix(spec.prefix());
    }

    StreamSpec spec() {
        return spec;
    }

    int fifo() {
        return fifo;
    }

    /** The descriptor that says when a stalled log has room again, -1 when none does. */
    int targetFd() {
        return target.pollFd();
    }

    /** Bytes moved in the last turn. */
    long moved() {
        return moved;
    }

    /** Moves what is there. */
    Result pump() {
        moved = 0;
        try {
            target.beginBatch();
            Result result = spec.needsBytes() || !target.splices() ? pumpBytes() : pumpSplice();
            if (result != Result.STALLED && stalled) {
                stalled = false;
                if (target.splices()) {
                    LogErrors.resumed(spec.key());
                }
            }
            return result;
        } catch (OsException e) {
            if (!stalled) {
                LogErrors.stalled(spec.key(), spec.logfile(), e);
            }
            stalled = true;
            return Result.STALLED;
        }
    }

    void close() {
        if (spec.syslog()) {
            lines.finish();
        }
        target.hold(this, false);
        os.close(fifo);
    }

    private Result pumpSplice() throws OsException {
        while (moved < BUDGET) {
            long count = target.takeFrom(fifo);
            if (count <= 0) {
                return count == 0 ? Result.ENDED : Result.WATCH;
            }
            moved += count;
        }
        return Result.WATCH;
    }

    private Result pumpBytes() throws OsException {
        if (!flush()) {
            return Result.STALLED;
        }
        settle();
        while (moved < BUDGET) {
            long count = isKept() ? tee.peek(fifo) : tee.take(fifo);
            if (count == 0 && prefix != null) {
                pend(prefix.finish());
                return flush() ? Result.ENDED : Result.STALLED;
            }
            if (count <= 0) {
                return count == 0 ? Result.ENDED : Result.WATCH;
            }
            moved += count;
            owed = isKept() ? count : 0;
            accept((int) count);
            if (!flush()) {
                return Result.STALLED;
            }
            settle();
        }
        return Result.WATCH;
    }

    /** Whether anybody would miss the bytes if the daemon died with them. */
    private boolean isKept() {
        return !spec.logfile().isEmpty() || spec.syslog();
    }

    /** What has been written leaves the FIFO. */
    private void settle() throws OsException {
        long count = owed;
        owed = 0;
        if (count > 0) {
            tee.consume(fifo, count);
        }
    }

    private void pend(byte[] bytes) {
        pending = bytes.length > scratch.size() ? os.buffer(bytes.length) : scratch;
        pending.put(bytes, 0, bytes.length);
        pendingFrom = 0;
        pendingTo = bytes.length;
    }

    private void accept(int count) {
        pending = scratch;
        pendingFrom = 0;
        pendingTo = count;
        if (!spec.stripAnsi() && !spec.syslog() && !spec.echo() && prefix == null) {
            return;
        }
        byte[] bytes = scratch.bytes(count);
        if (spec.stripAnsi()) {
            bytes = ansi.strip(bytes);
            // What an earlier read held back may make it longer than what was read now.
            pend(bytes);
        }
        if (spec.syslog()) {
            lines.accept(bytes);
        }
        if (spec.echo()) {
            log.debug(
                    "'{}' {} output:\n{}",
                    spec.key().process(),
                    spec.key().channel().name().toLowerCase(Locale.ROOT),
                    new String(bytes, StandardCharsets.UTF_8));
        }
        if (prefix != null) {
            pend(prefix.accept(bytes));
        }
    }

    /** Writes what is pending; false when the target has no room, and then the bytes are kept. */
    private boolean flush() throws OsException {
        if (pending == null) {
            return true;
        }
        if (target.isHeldByAnother(this)) {
            stalled = true;
            keepPending();
            return false;
        }
        try {
            while (pendingFrom < pendingTo) {
                long count = target.write(pending, pendingFrom, pendingTo);
                if (count == Descriptors.WOULD_BLOCK) {
                    stalled = true;
                    return false;
                }
                pendingFrom += (int) count;
                target.hold(this, pendingFrom < pendingTo);
            }
            pending = null;
            return true;
        } finally {
            keepPending();
        }
    }

    /** The scratch buffer is needed by the next stream. */
    private void keepPending() {
        if (pending == scratch) {
            int length = pendingTo - pendingFrom;
            byte[] rest = new byte[pendingTo];
            System.arraycopy(scratch.bytes(pendingTo), pendingFrom, rest, 0, length);
            pending = os.buffer(Math.max(1, length));
            pending.put(rest, 0, length);
            pendingFrom = 0;
            pendingTo = length;
        }
    }
}
