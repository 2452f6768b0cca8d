package corral.server.reload;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The directories that are registered with the kernel, as they come and go. Its owner's thread only. */
final class WatchedTree {
    private static final WatchEvent.Kind<?>[] KINDS = {ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE};

    private final WatchService service;
    private final Filter filter;
    private final Map<WatchKey, Place> places = new HashMap<>();

    /**
     * A registered directory.
     *
     * @param root the watched directory that it lies in; null when only further files are looked for in it
     */
    private record Place(Path directory, Path root) {}

    WatchedTree(WatchService service, Filter filter) {
        this.service = service;
        this.filter = filter;
    }

    /**
     * Watches a directory with all below it.
     *
     * @throws IOException when there is none, or the kernel has no watches left
     */
    void add(Path root) throws IOException {
        add(root, root, null);
    }

    /** Watches a directory for further files only. */
    void addShallow(Path directory) throws IOException {
        WatchKey key = directory.register(service, KINDS);
        places.putIfAbsent(key, new Place(directory, null));
    }

    /** Whether anything is still watched. */
    boolean isEmpty() {
        return places.isEmpty();
    }

    /**
     * Takes what happened in a directory.
     *
     * @param changed gets the files that count
     * @throws IOException when a new directory cannot be watched
     */
    void take(WatchKey key, Set<Path> changed) throws IOException {
        Place place = places.get(key);
        List<WatchEvent<?>> events = place == null ? List.of() : key.pollEvents();
        for (WatchEvent<?> event : events) {
            if (event.kind().equals(OVERFLOW)) {
                changed.add(place.directory());
            } else {
                take(place, event, changed);
            }
        }
        if (!key.reset()) {
            places.remove(key);
        }
    }

    private void take(Place place, WatchEvent<?> event, Set<Path> changed) throws IOException {
        Path file = place.directory().resolve((Path) event.context());
        if (filter.isExtra(file)) {
            changed.add(file);
        }
        if (place.root() == null) {
            return;
        }
        boolean deleted = event.kind().equals(ENTRY_DELETE);
        if (deleted) {
            forget(file);
        }
        Path relative = place.root().relativize(file);
        if (!deleted && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            if (event.kind().equals(ENTRY_CREATE) && filter.enters(file, relative)) {
                add(file, place.root(), changed);
            }
        } else if (filter.takes(relative)) {
            changed.add(file);
        }
    }

    /** A directory that was moved away is still watched under its old name. */
    private void forget(Path directory) {
        places.entrySet().removeIf(entry -> {
            boolean below = entry.getValue().root() != null
                    && entry.getValue().directory().startsWith(directory);
            if (below) {
                entry.getKey().cancel();
            }
            return below;
        });
    }

    /** Files that are there already were put there before the kernel told of them. */
    private void add(Path directory, Path root, Set<Path> found) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) throws IOException {
                if (!entered.equals(root) && !filter.enters(entered, root.relativize(entered))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                try {
                    places.put(entered.register(service, KINDS), new Place(entered, root));
                } catch (NoSuchFileException e) {
                    if (entered.equals(root)) {
                        throw e;
                    }
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (found != null && filter.takes(root.relativize(file))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (file.equals(root)) {
                    throw failure;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
