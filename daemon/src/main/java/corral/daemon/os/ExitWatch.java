package corral.daemon.os;

import corral.daemon.loop.Clock;
import corral.daemon.process.ExitStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that says when processes end that are not our children: those of a daemon that was killed. It has a descriptor
 * of each; where there are none, it looks at {@code /proc} from time to time.
 */
public final class ExitWatch {
    /** Milliseconds between two looks at what has no descriptor, or is dead and does not tell how it ended. */
    static final int POLL_MS = 200;

    private static final Logger log = LoggerFactory.getLogger("corral");
    /** A dead process that hides its status may still tell it when its parent reaps it; for this long it may. */
    private static final long REAPED_NS = TimeUnit.SECONDS.toNanos(1);

    /** Hears of one exit, once, on the thread of the watch. */
    public interface Listener {

        /** {@code atNs} is monotonic; {@code status} is UNKNOWN when the kernel does not tell. */
        void onExit(int pid, ExitStatus status, long atNs);
    }

    private static final class Watched {
        private final int pid;
        private final long startTicks;
        private final Listener listener;
        private int pidfd = -1;
        /** When it was first seen dead. */
        private Optional<Long> deadNs = Optional.empty();

        Watched(int pid, long startTicks, Listener listener) {
            this.pid = pid;
            this.startTicks = startTicks;
            this.listener = listener;
        }
    }

    private final PidFds pidFds;
    private final ProcessTable table;
    private final Epoll epoll;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Watched> byFd = new HashMap<>();
    private final Map<Integer, Watched> polled = new HashMap<>();

    /** A watch that {@link #start} sets going; {@code epoll} is its own. */
    public ExitWatch(PidFds pidFds, ProcessTable table, Epoll epoll, Clock clock) {
        this.pidFds = pidFds;
        this.table = table;
        this.epoll = epoll;
        this.clock = clock;
    }

    /** Starts the thread, which lives as long as the daemon. */
    public void start() {
        Thread thread = new Thread(null, this::run, "adopted");
        thread.setDaemon(true);
        thread.start();
    }

    /** Watches a process; one that is already gone, or another that has its pid, counts as ended. Any thread. */
    public void watch(int pid, long startTicks, Listener listener) {
        Watched watched = new Watched(pid, startTicks, listener);
        // At once: with a descriptor its status is not lost even if it ends right now.
        openFd(watched);
        boolean there = isThere(watched);
        requests.add(() -> begin(watched, there));
        epoll.wake();
    }

    private void run() {
        while (true) {
            try {
                for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
                    request.run();
                }
                epoll.await(polled.isEmpty() ? -1 : POLL_MS, (fd, events) -> look(byFd.get(fd)));
                List.copyOf(polled.values()).forEach(this::look);
            } catch (OsException | RuntimeException e) {
                log.error("adopted: unexpected", e);
            }
        }
    }

    private void openFd(Watched watched) {
        if (!pidFds.support().open()) {
            return;
        }
        try {
            watched.pidfd = pidFds.open(watched.pid);
        } catch (OsException e) {
            if (isThere(watched)) {
                log.warn("pid {} is looked at from time to time: {}", watched.pid, e.getMessage());
            }
        }
    }

    /** {@code there}: whether it was the right process when its descriptor was already open. */
    private void begin(Watched watched, boolean there) {
        if (!there) {
            finish(watched, ExitStatus.UNKNOWN);
            return;
        }
        if (watched.pidfd >= 0) {
            try {
                epoll.add(watched.pidfd, Epoll.IN);
                byFd.put(watched.pidfd, watched);
                return;
            } catch (OsException e) {
                log.warn("pid {} is looked at from time to time: {}", watched.pid, e.getMessage());
            }
        }
        polled.put(watched.pid, watched);
    }

    private void look(Watched watched) {
        if (watched == null) {
            return;
        }
        Optional<ExitStatus> told = told(watched);
        if (told.isPresent()) {
            finish(watched, told.get());
            return;
        }
        Optional<ExitStatus> zombie = isThere(watched) ? table.zombie(watched.pid) : Optional.empty();
        if (zombie.isPresent() && !zombie.get().equals(ExitStatus.UNKNOWN)) {
            finish(watched, zombie.get());
        } else if (zombie.isPresent()) {
            awaitReaping(watched);
        } else if (!isThere(watched)) {
            // Reaped between the two questions.
            finish(watched, told(watched).orElse(ExitStatus.UNKNOWN));
        }
    }

    /** Its status is not ours to read while it is a zombie; the descriptor would go on being readable. */
    private void awaitReaping(Watched watched) {
        long now = clock.nanoTime();
        if (watched.deadNs.isEmpty()) {
            watched.deadNs = Optional.of(now);
            unwatch(watched);
            polled.put(watched.pid, watched);
        } else if (now - watched.deadNs.get() > REAPED_NS) {
            finish(watched, ExitStatus.UNKNOWN);
        }
    }

    private Optional<ExitStatus> told(Watched watched) {
        return watched.pidfd < 0 ? Optional.empty() : pidFds.exitStatus(watched.pidfd);
    }

    private boolean isThere(Watched watched) {
        return table.startTicks(watched.pid)
                .filter(ticks -> ticks == watched.startTicks)
                .isPresent();
    }

    private void finish(Watched watched, ExitStatus status) {
        long now = clock.nanoTime();
        unwatch(watched);
        polled.remove(watched.pid, watched);
        closeFd(watched);
        watched.listener.onExit(watched.pid, status, now);
    }

    private void unwatch(Watched watched) {
        if (byFd.remove(watched.pidfd, watched)) {
            try {
                epoll.remove(watched.pidfd);
            } catch (OsException e) {
                log.error("adopted: pid {} cannot be forgotten: {}", watched.pid, e.getMessage());
            }
        }
    }

    private void closeFd(Watched watched) {
        if (watched.pidfd >= 0) {
            pidFds.close(watched.pidfd);
            watched.pidfd = -1;
        }
    }
}
