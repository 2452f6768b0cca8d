package corral.daemon.logs;

import corral.daemon.os.Epoll;
import corral.daemon.os.OsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Streams whose log takes nothing now. A pipe or terminal says when there is room again; a full disk does not, so what waits
 * for one is tried again every second. Output thread only.
 */
final class StalledStreams {
    private static final int RETRY_MS = 1000;

    private final Epoll epoll;
    private final Set<ChildStream> timed = new LinkedHashSet<>();
    private final Map<Integer, Set<ChildStream>> byTargetFd = new HashMap<>();

    StalledStreams(Epoll epoll) {
        this.epoll = epoll;
    }

    void add(ChildStream stream) {
        int fd = stream.targetFd();
        if (fd < 0 || !awaitRoom(fd, stream)) {
            timed.add(stream);
        }
    }

    boolean contains(ChildStream stream) {
        return timed.contains(stream)
                || byTargetFd.getOrDefault(stream.targetFd(), Set.of()).contains(stream);
    }

    /** Forgets a stream; whether it was known. */
    boolean remove(ChildStream stream) {
        int fd = stream.targetFd();
        Set<ChildStream> waiting = byTargetFd.get(fd);
        if (waiting == null || !waiting.remove(stream)) {
            return timed.remove(stream);
        }
        if (waiting.isEmpty()) {
            forget(fd);
        }
        return true;
    }

    /** The streams that wait for room in a descriptor, which has some now; they are forgotten. Empty for any other. */
    List<ChildStream> takeReady(int fd) {
        Set<ChildStream> waiting = byTargetFd.get(fd);
        if (waiting == null) {
            return List.of();
        }
        forget(fd);
        return List.copyOf(waiting);
    }

    /** The streams that only time can help; they are forgotten. */
    List<ChildStream> takeTimed() {
        List<ChildStream> taken = new ArrayList<>(timed);
        timed.clear();
        return taken;
    }

    /** Longest wait in milliseconds, -1 for any. */
    int timeoutMs() {
        return timed.isEmpty() ? -1 : RETRY_MS;
    }

    private boolean awaitRoom(int fd, ChildStream stream) {
        Set<ChildStream> waiting = byTargetFd.get(fd);
        if (waiting != null) {
            waiting.add(stream);
            return true;
        }
        try {
            epoll.add(fd, Epoll.OUT);
        } catch (OsException e) {
            return false;
        }
        Set<ChildStream> first = new LinkedHashSet<>();
        first.add(stream);
        byTargetFd.put(fd, first);
        return true;
    }

    private void forget(int fd) {
        byTargetFd.remove(fd);
        try {
            epoll.remove(fd);
        } catch (OsException e) {
            LogErrors.failed("cannot unwatch a log", e);
        }
    }
}
