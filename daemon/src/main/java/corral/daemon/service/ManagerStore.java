package corral.daemon.service;

import corral.daemon.os.Descriptors;
import corral.daemon.os.OsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that a service manager has for the descriptors of a service (sd_notify(3), FDSTORE=1): it passes them to the next
 * process of the service as it passes sockets. Its thread, which alone knows what is kept, waits for the manager when that is
 * busy.
 */
public final class ManagerStore implements DescriptorStore {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** As many wait at most for a manager that is busy. */
    private static final int MAX_COPIES = 1024;

    /** Passes messages on. */
    public interface Sender {

        /** Sends a message and a descriptor, -1 for none; waits while there is no room. */
        void send(String message, int fd) throws OsException;
    }

    private final Descriptors os;
    private final Sender sender;
    private final int room;
    private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
    /** Copies that have not been sent. */
    private final AtomicInteger copies = new AtomicInteger();
    /** What file is kept, by its name in the store. */
    private final Map<String, Object> kept = new HashMap<>();

    private final AtomicBoolean toldLimit = new AtomicBoolean();
    private boolean lost;

    /** A store for at most {@code room} descriptors. */
    public ManagerStore(Descriptors os, Sender sender, int room) {
        this.os = os;
        this.sender = sender;
        this.room = room;
    }

    /**
     * What of the descriptors that the manager has passed may be of use, by names for a bag. The others are closed, and leave the
     * store. Before {@link #start}.
     *
     * @param passed by their names in the store
     */
    public Map<String, Integer> inherit(Map<String, Integer> passed, Path runtimeDirectory) {
        Map<String, Integer> useful = new HashMap<>();
        passed.forEach((stored, fd) -> {
            Optional<String> name = StoredName.inBag(stored, runtimeDirectory);
            if (name.isEmpty()) {
                // Not of our making, and none of our business.
                return;
            }
            kept.put(stored, identity(fd));
            if (isCurrent(name.get(), fd)) {
                useful.put(name.get(), fd);
            } else {
                drop(name.get(), fd);
                os.close(fd);
            }
        });
        return useful;
    }

    /** Starts the thread, which lives as long as the daemon. */
    public void start() {
        Thread thread = new Thread(null, this::run, "descriptor-store");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void keep(String name, int fd) {
        Optional<String> stored = StoredName.of(name);
        if (stored.isEmpty()) {
            return;
        }
        if (copies.get() >= MAX_COPIES) {
            sayLimit("does not hear which descriptors it is to keep");
            return;
        }
        try {
            int copy = os.duplicate(fd);
            copies.incrementAndGet();
            requests.add(() -> push(stored.get(), copy));
        } catch (OsException e) {
            log.debug("{} is not kept: {}", name, e.getMessage());
        }
    }

    @Override
    public void drop(String name, int fd) {
        Object identity = identity(fd);
        StoredName.of(name)
                .ifPresent(stored -> requests.add(() -> {
                    if (identity.equals(kept.get(stored))) {
                        remove(stored);
                    }
                }));
    }

    private void run() {
        try {
            while (true) {
                requests.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void push(String stored, int copy) {
        Object identity = identity(copy);
        if (!identity.equals(kept.get(stored))) {
            if (kept.containsKey(stored)) {
                remove(stored);
            }
            if (kept.size() < room) {
                kept.put(stored, identity);
                // Polled, a FIFO would leave the store with its last writer, and what is in it would be lost.
                send("FDSTORE=1\nFDPOLL=0\nFDNAME=" + stored, copy);
            } else {
                sayLimit("keeps no more than " + room + " descriptors (FileDescriptorStoreMax=)");
            }
        }
        os.close(copy);
        copies.decrementAndGet();
    }

    private void remove(String stored) {
        kept.remove(stored);
        send("FDSTOREREMOVE=1\nFDNAME=" + stored, -1);
    }

    private void send(String message, int fd) {
        try {
            sender.send(message, fd);
            lost = false;
        } catch (OsException e) {
            if (!lost) {
                log.warn("the service manager keeps nothing: {}", e.getMessage());
            }
            lost = true;
        }
    }

    private void sayLimit(String limit) {
        if (toldLimit.compareAndSet(false, true)) {
            log.warn(
                    "the service manager {}: a crash of corrald may lose the last words of programs that end before it is back",
                    limit);
        }
    }

    /** A FIFO may have been made anew since. */
    private static boolean isCurrent(String name, int fd) {
        if (!name.startsWith("fifo:")) {
            return true;
        }
        try {
            return key(Path.of(name.substring("fifo:".length()))).equals(identity(fd));
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells open files from each other; of a descriptor that is not open, nothing else's. */
    private static Object identity(int fd) {
        try {
            return key(Path.of("/proc/self/fd", Integer.toString(fd)));
        } catch (IOException e) {
            return new Object();
        }
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
