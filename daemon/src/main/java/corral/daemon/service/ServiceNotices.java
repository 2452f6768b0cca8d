package corral.daemon.service;

import corral.daemon.loop.Loop;
import corral.daemon.os.OsException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager how the daemon is (sd_notify(3)). All of it is said on the loop, the signs of life above all: a loop that
 * hangs must fall silent.
 *
 * <p>READY=1 comes when the control servers answer and what starts by itself has been begun, not when it runs: {@code systemctl start}
 * would else wait for the slowest program, and one that never starts would take the healthy ones with it when that times out.
 */
public final class ServiceNotices {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** What changes together is told once. */
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long BETWEEN_STATUSES_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BETWEEN_EXTENSIONS_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long EXTENSION_US = TimeUnit.SECONDS.toMicros(30);

    /** Takes one message. */
    public interface Sender {

        /** Sends without blocking; false when there is no room now. */
        boolean send(String message) throws OsException;
    }

    /** Keys of the deadlines, for they are compared by identity. */
    private enum Timer {
        STATUS,
        WATCHDOG,
        EXTENSION,
        RETRY
    }

    private final Loop loop;
    private final Sender sender;
    private final long watchdogNs;
    private final Supplier<String> summary;
    /** What the receiver had no room for, in its order. */
    private final Deque<String> unsent = new ArrayDeque<>();

    private String lastStatus = "";
    private long lastStatusNs;
    private final boolean heard;
    private boolean statusIsDue;
    private boolean reloading;
    private boolean lost;

    /**
     * Notices of one daemon.
     *
     * @param watchdogNs as in {@link ServiceEnvironment}
     * @param summary one line for people; asked on the loop
     */
    public ServiceNotices(Loop loop, Sender sender, long watchdogNs, Supplier<String> summary) {
        this(loop, true, sender, watchdogNs, summary);
    }

    private ServiceNotices(Loop loop, boolean heard, Sender sender, long watchdogNs, Supplier<String> summary) {
        this.loop = loop;
        this.heard = heard;
        this.sender = sender;
        this.watchdogNs = watchdogNs;
        this.summary = summary;
        this.lastStatusNs = loop.nowNs() - BETWEEN_STATUSES_NS;
    }

    /** Notices that nobody wants. */
    public static ServiceNotices none(Loop loop) {
        return new ServiceNotices(loop, false, message -> true, 0, () -> "");
    }

    /**
     * The control servers answer and the programs have been begun, for the first time or again.
     *
     * @param mainPid the own pid when the process that was started is another one, else 0
     */
    public void begun(int mainPid) {
        reloading = false;
        loop.cancel(Timer.EXTENSION);
        send("READY=1\n" + (mainPid == 0 ? "" : "MAINPID=" + mainPid + "\n") + status());
        if (watchdogNs > 0) {
            signOfLife();
        }
    }

    /** The configuration is read anew, to be taken up. */
    public void reloading() {
        if (!reloading) {
            reloading = true;
            // The clock of nanoTime is CLOCK_MONOTONIC, the one that is wanted here.
            send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(loop.nowNs()));
            extend();
        }
    }

    /** The configuration is not taken up, or was without a restart; all goes on. */
    public void reloaded() {
        if (reloading) {
            begun(0);
        }
    }

    /** Everything is being stopped for good. */
    public void stopping() {
        send("STOPPING=1\n" + status());
        extend();
    }

    /** A process is in another state. */
    public void onTransition() {
        if (!heard || statusIsDue) {
            return;
        }
        statusIsDue = true;
        long due = Math.max(loop.nowNs() + SETTLE_NS, lastStatusNs + BETWEEN_STATUSES_NS);
        loop.at(Timer.STATUS, due, "status for the service manager", this::tellStatus);
    }

    private void tellStatus() {
        statusIsDue = false;
        if (!lastStatus.equals(summary.get())) {
            sendIfRoom(status());
        }
    }

    private String status() {
        loop.cancel(Timer.STATUS);
        statusIsDue = false;
        lastStatus = summary.get();
        lastStatusNs = loop.nowNs();
        return "STATUS=" + lastStatus;
    }

    private void signOfLife() {
        sendIfRoom("WATCHDOG=1");
        loop.at(Timer.WATCHDOG, loop.nowNs() + watchdogNs / 2, "sign of life", this::signOfLife);
    }

    /** Programs may take longer to stop than the manager waits: as long as this loop turns, the manager is to wait. */
    private void extend() {
        if (!heard) {
            return;
        }
        sendIfRoom("EXTEND_TIMEOUT_USEC=" + EXTENSION_US);
        loop.at(Timer.EXTENSION, loop.nowNs() + BETWEEN_EXTENSIONS_NS, "more time to stop", this::extend);
    }

    /** For what is soon said again. */
    private void sendIfRoom(String message) {
        if (unsent.isEmpty()) {
            attempt(message);
        }
    }

    private void send(String message) {
        unsent.add(message);
        flush();
    }

    private void flush() {
        while (!unsent.isEmpty()) {
            if (!attempt(unsent.peek())) {
                loop.at(Timer.RETRY, loop.nowNs() + RETRY_NS, "retry for the service manager", this::flush);
                return;
            }
            unsent.remove();
        }
    }

    /** False when it must be tried again. */
    private boolean attempt(String message) {
        try {
            boolean sent = sender.send(message);
            lost = lost && !sent;
            return sent;
        } catch (OsException e) {
            if (!lost) {
                log.warn("the service manager does not hear: {}", e.getMessage());
            }
            lost = true;
            return true;
        }
    }
}
