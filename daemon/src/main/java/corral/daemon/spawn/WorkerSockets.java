package corral.daemon.spawn;

import corral.daemon.config.UserId;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that a server's workers connect to: each front that runs has one of its own, so that nobody connects to a
 * front that hands over. The path that workers know is a link to the newest one, replaced at once. The socket of a front that
 * has ended without a successor is the next one's: what has connected meanwhile is not lost. Spawner thread.
 */
final class WorkerSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** Nobody has it. */
    private static final int FREE = 0;

    /** Where the sockets of a group are, and whose they are. */
    record Place(SocketPlaces places, String name, Optional<UserId> user) {

        /** The path that the workers know. */
        Path link() throws IOException {
            return places.path(name, "workers");
        }

        Path socket(int number) throws IOException {
            return places.path(name, "workers." + number);
        }
    }

    private static final class Made {
        private final int fd;
        private final Place place;
        private final Path path;
        private int launch;

        Made(int fd, Place place, Path path, int launch) {
            this.fd = fd;
            this.place = place;
            this.path = path;
            this.launch = launch;
        }
    }

    private final Sockets os;
    /** The newest one last. */
    private final Map<String, Deque<Made>> byGroup = new HashMap<>();

    private int made;

    WorkerSockets(Sockets os) {
        this.os = os;
    }

    /** The descriptor for a launch of a front. */
    int forFront(String group, int launch, Place place) throws SocketException, IOException {
        Made newest = of(group).peekLast();
        if (newest != null && newest.launch == FREE && newest.place.equals(place)) {
            newest.launch = launch;
            return newest.fd;
        }
        return make(group, launch, place).fd;
    }

    /** A worker is about to connect: if there is no front yet, it waits for the first one. */
    void expect(String group, Place place) throws SocketException, IOException {
        if (of(group).isEmpty()) {
            make(group, FREE, place);
        }
    }

    /** The front of a launch hands over, or has no future: nobody is to connect to it any more. */
    void leaves(String group, int launch) {
        remove(group, launch);
    }

    /** The front of a launch has ended. */
    void ended(String group, int launch) {
        Deque<Made> sockets = of(group);
        if (sockets.size() == 1 && sockets.element().launch == launch) {
            sockets.element().launch = FREE;
        } else {
            remove(group, launch);
        }
    }

    /** The server is gone. */
    void release(String group) {
        Deque<Made> sockets = byGroup.remove(group);
        if (sockets != null) {
            sockets.forEach(this::close);
            if (!sockets.isEmpty()) {
                unlink(sockets.element().place);
            }
        }
    }

    void releaseAll() {
        List.copyOf(byGroup.keySet()).forEach(this::release);
    }

    private Deque<Made> of(String group) {
        return byGroup.computeIfAbsent(group, name -> new ArrayDeque<>());
    }

    private Made make(String group, int launch, Place place) throws SocketException, IOException {
        Path path = place.socket(++made);
        // One that an earlier daemon of this place has left.
        os.unlink(path.toString());
        int fd = os.listenPrivately(
                path.toString(),
                place.user().map(UserId::uid).orElse(-1),
                place.user().map(UserId::gid).orElse(-1));
        Made socket = new Made(fd, place, path, launch);
        try {
            point(socket);
        } catch (IOException e) {
            close(socket);
            throw e;
        }
        Deque<Made> sockets = of(group);
        Made older = sockets.peekLast();
        if (older != null && older.launch == FREE) {
            close(sockets.removeLast());
        }
        sockets.addLast(socket);
        return socket;
    }

    private void remove(String group, int launch) {
        Deque<Made> sockets = of(group);
        boolean removed = sockets.removeIf(socket -> {
            if (socket.launch == launch) {
                close(socket);
            }
            return socket.launch == launch;
        });
        if (removed && !sockets.isEmpty()) {
            try {
                point(sockets.getLast());
            } catch (IOException e) {
                log.error("the workers of '{}' will not find its front: {}", group, e.toString());
            }
        }
    }

    /** In one step: at no time there is no link. */
    private static void point(Made socket) throws IOException {
        Path link = socket.place.link();
        Path next = socket.path.resolveSibling(socket.path.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, socket.path.getFileName());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private void close(Made socket) {
        os.close(socket.fd);
        os.unlink(socket.path.toString());
    }

    private void unlink(Place place) {
        try {
            Files.deleteIfExists(place.link());
        } catch (IOException e) {
            log.warn("a link stays behind: {}", e.toString());
        }
    }
}
