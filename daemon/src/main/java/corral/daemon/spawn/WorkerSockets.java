package corral.daemon.spawn;

import corral.daemon.config.UserId;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private static final int LOST = -1;
    private static final String KIND = "workers";

    /** Where the sockets of a group are, and whose they are. */
    record Place(SocketPlaces places, String name, Optional<UserId> user) {

        /** The path that the workers know. */
        Path link() throws IOException {
            return places.path(name, KIND);
        }

        Path socket(int number) throws IOException {
            return places.path(name, KIND + "." + number);
        }
    }

    private static final class Made {
        /** {@link #LOST} when only the front has it. */
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

    private final Inheritance inheritance;
    /** Launches of fronts that run; whatever else was handed over is of one that has ended. */
    private final Set<Integer> running = new HashSet<>();
    /** Groups of which workers run. */
    private final Map<String, Place> expecting = new HashMap<>();

    private int made;

    WorkerSockets(Sockets os, Inheritance inheritance) {
        this.os = os;
        this.inheritance = inheritance;
    }

    /** The descriptor for a launch of a front. */
    int forFront(String group, int launch, Place place) throws SocketException, IOException {
        running.add(launch);
        if (inherit(group, place)) {
            forgetOthers(group);
        }
        Made newest = of(group).peekLast();
        if (newest != null && newest.launch == FREE && newest.place.equals(place)) {
            newest.launch = launch;
            return newest.fd;
        }
        return make(group, launch, place).fd;
    }

    /** A worker is about to connect: if there is no front yet, it waits for the first one. */
    void expect(String group, Place place) throws SocketException, IOException {
        if (inherit(group, place)) {
            forgetOthers(group);
        }
        if (of(group).isEmpty()) {
            make(group, FREE, place);
        }
    }

    /** Whether the front of a launch that runs on has a socket that is not here. */
    boolean misses(String group, int launch, Place place) throws IOException {
        inherit(group, place);
        return of(group).stream().noneMatch(socket -> socket.launch == launch);
    }

    /**
     * A front of an earlier daemon's runs on: its socket is taken over.
     *
     * @param candidates descriptors among which it may be; if it is, it is taken out
     * @return whether it was found
     */
    boolean resume(String group, int launch, Place place, List<Integer> candidates) throws IOException {
        running.add(launch);
        if (!misses(group, launch, place)) {
            return true;
        }
        String prefix = place.link() + ".";
        int fd = Inheritance.pick(
                candidates,
                candidate -> inheritance.identity().listens(candidate)
                        && inheritance
                                .identity()
                                .path(candidate)
                                .filter(path -> path.startsWith(prefix))
                                .isPresent());
        if (fd >= 0) {
            insert(
                    group,
                    new Made(fd, place, Path.of(inheritance.identity().path(fd).orElseThrow()), launch));
            return true;
        }
        // Its workers know where it is; whoever comes next gets a socket of his own.
        Path link = place.link();
        if (Files.isSymbolicLink(link)) {
            Path path = link.resolveSibling(Files.readSymbolicLink(link));
            if (of(group).stream().noneMatch(socket -> socket.path.equals(path))) {
                insert(group, new Made(LOST, place, path, launch));
            }
        }
        return false;
    }

    /** A worker of an earlier daemon's runs on. */
    void resumeWorker(String group, Place place) {
        expecting.put(group, place);
    }

    /** All have been resumed: sockets whose fronts have ended are free, and the links show the newest ones. */
    void resumedAll() {
        List.copyOf(byGroup.keySet()).forEach(this::forgetOthers);
        expecting.forEach((group, place) -> {
            try {
                expect(group, place);
            } catch (SocketException | IOException e) {
                log.error("the workers of '{}' will not find its front: {}", group, e.toString());
            }
        });
        expecting.clear();
    }

    /** By name, for the next daemon. */
    Map<String, Integer> handOver() {
        Map<String, Integer> all = new HashMap<>();
        byGroup.forEach((group, sockets) -> sockets.stream()
                .filter(socket -> socket.fd != LOST)
                .forEach(socket -> all.put(prefix(group) + socket.launch + ":" + number(socket.path), socket.fd)));
        return all;
    }

    /** The files that are in use. */
    Set<Path> files() {
        Set<Path> all = new HashSet<>();
        byGroup.values().stream().flatMap(Deque::stream).forEach(socket -> {
            all.add(socket.path);
            try {
                all.add(socket.place.link());
            } catch (IOException e) {
                log.warn("the directory of the sockets is gone: {}", e.toString());
            }
        });
        return all;
    }

    private static String prefix(String group) {
        return "workers:" + Fifos.encode(group) + ":";
    }

    private static int number(Path path) {
        String name = path.getFileName().toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Whether there was anything. */
    private boolean inherit(String group, Place place) throws IOException {
        Map<String, Integer> handed = inheritance.bag().takeAll(prefix(group));
        for (Map.Entry<String, Integer> entry : handed.entrySet()) {
            String[] parts = entry.getKey().split(":", -1);
            Path path = place.socket(Integer.parseInt(parts[3]));
            insert(group, new Made(entry.getValue(), place, path, Integer.parseInt(parts[2])));
        }
        return !handed.isEmpty();
    }

    private void insert(String group, Made socket) {
        made = Math.max(made, number(socket.path));
        List<Made> all = new ArrayList<>(of(group));
        all.add(socket);
        all.sort(Comparator.comparingInt(each -> number(each.path)));
        byGroup.put(group, new ArrayDeque<>(all));
    }

    private void forgetOthers(String group) {
        List.copyOf(of(group)).stream()
                .filter(socket -> socket.launch != FREE && !running.contains(socket.launch))
                .forEach(socket -> ended(group, socket.launch));
        Made newest = of(group).peekLast();
        if (newest != null) {
            point(group, newest);
        }
    }

    /** The front of a launch hands over, or has no future: nobody is to connect to it any more. */
    void leaves(String group, int launch) {
        remove(group, launch);
    }

    /** The front of a launch has ended. */
    void ended(String group, int launch) {
        running.remove(launch);
        Deque<Made> sockets = of(group);
        if (sockets.size() == 1 && sockets.element().launch == launch && sockets.element().fd != LOST) {
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
        inheritance.bag().takeAll(prefix(group)).values().forEach(this::closeUnclaimed);
    }

    /** Closes what was handed over for any other group. */
    void releaseUnclaimed(Set<String> groups) {
        Set<String> kept = new HashSet<>();
        groups.forEach(
                group -> kept.addAll(inheritance.bag().left(prefix(group)).keySet()));
        inheritance.bag().left("workers:").keySet().stream()
                .filter(name -> !kept.contains(name))
                .forEach(name -> inheritance.bag().take(name).ifPresent(this::closeUnclaimed));
    }

    private void closeUnclaimed(int fd) {
        inheritance.identity().path(fd).ifPresent(os::unlink);
        os.close(fd);
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
            point(group, sockets.getLast());
        }
    }

    private static void point(String group, Made socket) {
        try {
            point(socket);
        } catch (IOException e) {
            log.error("the workers of '{}' will not find its front: {}", group, e.toString());
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
        if (socket.fd != LOST) {
            os.close(socket.fd);
        }
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
