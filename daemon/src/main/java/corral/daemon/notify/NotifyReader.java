package corral.daemon.notify;

import corral.daemon.os.Descriptors;
import corral.daemon.os.Epoll;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.os.Sockets;
import corral.daemon.process.Notification;
import corral.daemon.service.DescriptorStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notify thread: reads what processes say of themselves. It owns the sockets; others send it requests. It is not the
 * output thread, because a slow disk must not make a process look dead.
 */
public final class NotifyReader {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int MAX_MESSAGE = 8192;
    /** Messages of one process that are read in one turn; they become one event, so that none can flood the loop. */
    private static final int MAX_IN_TURN = 64;

    private static final int PAUSE_MS = 10;

    /**
     * Who speaks.
     *
     * @param launch number of the launch, unique in the daemon
     */
    public record Source(String group, String process, int launch) {}

    /** Hears on the notify thread. */
    public interface Listener {

        /** Must not block. */
        void onNotification(Source source, Notification notification);
    }

    private record Name(String group, String process) {}

    private static final class Watched {
        private final Source source;
        private final int fd;
        private boolean complained;

        Watched(Source source, int fd) {
            this.source = source;
            this.fd = fd;
        }
    }

    private final Sockets os;
    private final Epoll epoll;
    private final NativeBuffer buffer;
    private final DescriptorStore store;
    private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Watched> byLaunch = new HashMap<>();
    private final Map<Integer, Watched> byFd = new HashMap<>();
    /** Names that have had a socket, for threads that would otherwise ask for nothing. */
    private final Set<Name> known = ConcurrentHashMap.newKeySet();

    private Listener listener;
    /** Whether another daemon is about to take over. */
    private boolean paused;

    /** A reader that {@link #start} sets going; {@code store} keeps what nobody reads while there is no daemon. */
    public NotifyReader(Descriptors descriptors, Sockets os, Epoll epoll, DescriptorStore store) {
        this.os = os;
        this.epoll = epoll;
        this.buffer = descriptors.buffer(MAX_MESSAGE);
        this.store = store;
    }

    /** Starts the thread, which lives as long as the daemon. */
    public void start(Listener hears) {
        listener = hears;
        Thread thread = new Thread(null, this::run, "notify");
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads a socket from now on, until {@link #forget}. Any thread. */
    public void watch(Source source, int fd) {
        known.add(name(source));
        submit(() -> {
            Watched watched = new Watched(source, fd);
            try {
                epoll.add(fd, Epoll.IN);
                byLaunch.put(source.launch(), watched);
                byFd.put(fd, watched);
                store.keep(name(watched), fd);
            } catch (OsException e) {
                log.error("'{}' will not be heard: {}", source.process(), e.getMessage());
                os.close(fd);
            }
        });
    }

    /** Reads what the processes of a name have said so far; completes on the notify thread after the listener has heard it. Any thread. */
    public CompletableFuture<Void> drain(String group, String process) {
        Name name = new Name(group, process);
        if (!known.contains(name)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        submit(() -> {
            List.copyOf(byLaunch.values()).stream()
                    .filter(watched -> name(watched.source).equals(name))
                    .forEach(this::read);
            done.complete(null);
        });
        return done;
    }

    /**
     * The sockets by launch, for the next daemon. From then on nothing is read, so that all that is said waits in them. Any
     * thread but this one's; waits for it.
     */
    public Map<Integer, Integer> handOver() {
        CompletableFuture<Map<Integer, Integer>> answer = new CompletableFuture<>();
        submit(() -> {
            paused = true;
            Map<Integer, Integer> fds = new HashMap<>();
            byLaunch.forEach((launch, watched) -> fds.put(launch, watched.fd));
            answer.complete(fds);
        });
        return answer.join();
    }

    /** Nobody has taken over: it is read again. Any thread. */
    public void goOn() {
        submit(() -> {
            paused = false;
            List.copyOf(byLaunch.values()).forEach(this::read);
        });
    }

    /** Closes the sockets of a group. Any thread. */
    public void release(String group) {
        known.removeIf(name -> name.group().equals(group));
        submit(() -> List.copyOf(byLaunch.values()).stream()
                .filter(watched -> watched.source.group().equals(group))
                .forEach(this::close));
    }

    /** Closes the socket of a launch, if there is one. Any thread. */
    public void forget(int launch) {
        submit(() -> {
            Watched watched = byLaunch.get(launch);
            if (watched != null) {
                close(watched);
            }
        });
    }

    private static String name(Watched watched) {
        return "notify:" + watched.source.launch();
    }

    private static Name name(Source source) {
        return new Name(source.group(), source.process());
    }

    private void submit(Runnable request) {
        requests.add(request);
        epoll.wake();
    }

    private void run() {
        while (true) {
            try {
                for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
                    request.run();
                }
                if (paused) {
                    // What waits would be reported again and again.
                    epoll.await(PAUSE_MS, (fd, events) -> {});
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
                } else {
                    epoll.await(-1, this::onReady);
                }
            } catch (OsException | RuntimeException e) {
                log.error("notify: unexpected", e);
            }
        }
    }

    private void onReady(int fd, int events) {
        Watched watched = byFd.get(fd);
        if (watched != null) {
            read(watched);
        }
    }

    private void read(Watched watched) {
        if (paused) {
            return;
        }
        Notification all = null;
        try {
            for (int i = 0; i < MAX_IN_TURN; i++) {
                long count = os.receive(watched.fd, buffer);
                if (count == Descriptors.WOULD_BLOCK) {
                    break;
                }
                Optional<Notification> said = NotifyMessage.read(buffer.bytes((int) count));
                if (said.isEmpty()) {
                    complain(watched);
                } else {
                    all = all == null ? said.get() : all.and(said.get());
                }
            }
        } catch (OsException e) {
            log.error("'{}' is no longer heard: {}", watched.source.process(), e.getMessage());
            close(watched);
        }
        if (all != null) {
            listener.onNotification(watched.source, all);
        }
    }

    private static void complain(Watched watched) {
        if (!watched.complained) {
            watched.complained = true;
            log.warn(
                    "'{}' sent a notification that is none; it and further such are ignored", watched.source.process());
        }
    }

    private void close(Watched watched) {
        if (byLaunch.remove(watched.source.launch(), watched)) {
            byFd.remove(watched.fd);
            store.drop(name(watched), watched.fd);
            // Closing takes it out of the epoll set.
            os.close(watched.fd);
        }
    }
}
