package corral.server.reload;

import corral.server.options.ReloadOptions;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files of {@code --reload} and says which changed, on its own thread, once per burst of changes: a burst ends when
 * nothing happened for the delay, or after ten delays. Created, changed, removed and renamed files count, also in directories
 * that appear later.
 */
public final class FileWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatcher.class);
    private static final int LONGEST_BURST = 10;
    private static final long JOIN_MS = 5_000;
    private static final String GLOB_CHARACTERS = "*?[";

    private final ReloadOptions options;
    private final Consumer<Set<Path>> onChange;
    private final WatchService service;
    private final WatchedTree tree;
    private final Thread thread;

    /**
     * Starts to watch: what changes after this returns is noticed.
     *
     * @param options directories and patterns; {@code enabled} is not looked at
     * @param onChange gets absolute paths, sorted, never none; called on the watcher's thread, which waits for it
     * @throws IOException when a directory does not exist or the kernel's limit of watches is reached
     */
    public FileWatcher(ReloadOptions options, Consumer<Set<Path>> onChange) throws IOException {
        this.options = options;
        this.onChange = onChange;
        service = FileSystems.getDefault().newWatchService();
        tree = new WatchedTree(service, new Filter(options));
        try {
            register();
        } catch (IOException e) {
            service.close();
            throw e;
        }
        thread = new Thread(this::run, "reload");
        thread.setDaemon(true);
        thread.start();
    }

    private void register() throws IOException {
        for (Path directory : options.directories()) {
            tree.add(directory.toAbsolutePath().normalize());
        }
        for (String file : options.extraFiles()) {
            tree.addShallow(directoryOf(Path.of(file).toAbsolutePath().normalize()));
        }
    }

    /** The directory that a pattern's first wildcard stands in: deeper ones are not searched. */
    private static Path directoryOf(Path pattern) {
        Path directory = pattern.getParent();
        while (directory.getParent() != null && (hasWildcard(directory) || !Files.isDirectory(directory))) {
            directory = directory.getParent();
        }
        return directory;
    }

    private static boolean hasWildcard(Path path) {
        return path.toString().chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0);
    }

    private void run() {
        try {
            while (true) {
                Set<Path> changed = new TreeSet<>();
                WatchKey key = service.take();
                take(key, changed);
                if (!changed.isEmpty()) {
                    collect(changed);
                    tell(changed);
                }
            }
        } catch (ClosedWatchServiceException e) {
            // close() was called
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The rest of the burst. */
    private void collect(Set<Path> changed) throws InterruptedException {
        long quietNs = TimeUnit.MILLISECONDS.toNanos(Math.max(1, options.delayMs()));
        long endNs = System.nanoTime() + LONGEST_BURST * quietNs;
        int before = changed.size();
        long waitNs = quietNs;
        while (waitNs > 0) {
            long startNs = System.nanoTime();
            WatchKey key = service.poll(waitNs, TimeUnit.NANOSECONDS);
            if (key == null) {
                return;
            }
            take(key, changed);
            long nowNs = System.nanoTime();
            // What does not count does not make the burst longer either.
            waitNs = changed.size() > before ? quietNs : waitNs - (nowNs - startNs);
            waitNs = Math.min(waitNs, endNs - nowNs);
            before = changed.size();
        }
    }

    private void take(WatchKey key, Set<Path> changed) {
        try {
            tree.take(key, changed);
        } catch (IOException e) {
            LOG.warn("a new directory cannot be watched: {}", e.toString());
        }
    }

    private void tell(Set<Path> changed) {
        try {
            onChange.accept(changed);
        } catch (RuntimeException e) {
            LOG.error("reload failed", e);
        }
    }

    /** The names of the changed files for a message, relative to the watched directory where they lie in one. */
    public static List<String> shown(Set<Path> changed, List<Path> directories) {
        return changed.stream()
                .map(path -> directories.stream()
                        .map(directory -> directory.toAbsolutePath().normalize())
                        .filter(path::startsWith)
                        .findFirst()
                        .map(directory -> directory.relativize(path))
                        .orElse(path)
                        .toString())
                .toList();
    }

    /** Ends the thread; after this returns nothing is called any more, unless it is the callback that calls it. */
    @Override
    public void close() throws IOException {
        service.close();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
