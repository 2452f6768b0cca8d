package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.os.LockFile;
import corral.daemon.os.Native;
import corral.daemon.os.OsException;
import corral.daemon.os.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of FIFOs and state, one per configuration and pidfile, entered by its owner only. Its lock is held as long as
 * the daemon lives, so that there is never a second daemon on it.
 */
final class RuntimeDirectory {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final Path RUN = Path.of("/run");
    private static final String SHARED_MEMORY = "/dev/shm";

    private final Path path;
    /** Name of its file, and of its descriptor for the next daemon. */
    static final String LOCK = "lock";

    private static final Set<Path> OWN_DIRECTORIES = Set.of(Path.of("state"), Path.of("set-aside"));
    private static final int MAX_ATTEMPTS = 1000;
    private static final int MAX_LOOKS = 20;
    private static final long LOOK_NS = 2_000_000;

    private final LockFile lock;

    private RuntimeDirectory(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes and locks the directory.
     *
     * @param inherited descriptor of the lock that this process already holds, from before it was upgraded
     * @throws UsageException when another daemon holds it, or it cannot be used
     */
    static RuntimeDirectory lock(Config config, Map<String, String> environment, Native os, OptionalInt inherited)
            throws UsageException {
        Path path = place(config, environment);
        try {
            return lock(path, os, inherited)
                    .orElseThrow(() -> new UsageException("corrald is already running with this configuration: pid "
                            + holder(path, os) + ", configuration " + config.file() + ", runtime directory " + path));
        } catch (IOException e) {
            throw new UsageException("the runtime directory " + path + " cannot be used (" + e
                    + "); runtime_dir= in [supervisord] names another");
        }
    }

    /** Where it is for a configuration. */
    static Path place(Config config, Map<String, String> environment) {
        return config.daemon().runtimeDir().orElseGet(() -> standard(config, environment));
    }

    /** Likewise; empty when another daemon holds it. */
    static Optional<RuntimeDirectory> lock(Path path, Native os, OptionalInt inherited) throws IOException {
        String file = path.resolve(LOCK).toString();
        if (inherited.isPresent()) {
            Optional<LockFile> held = LockFile.inherited(os, inherited.getAsInt(), file);
            if (held.isPresent()) {
                return held.map(lock -> new RuntimeDirectory(path, lock));
            }
        }
        Files.createDirectories(path.getParent());
        for (int attempt = 1; ; attempt++) {
            try {
                makePrivate(path);
                Optional<LockFile> held = LockFile.tryLock(os, file);
                if (held.isPresent() || attempt == MAX_ATTEMPTS || !endUnborn(Path.of(file))) {
                    return held.map(lock -> new RuntimeDirectory(path, lock));
                }
            } catch (IOException e) {
                // One that ends may have removed the directory between two steps.
                boolean vanished = e instanceof NoSuchFileException
                        || (e instanceof OsException failure
                                && failure.errnoName().equals("ENOENT"));
                if (attempt == MAX_ATTEMPTS || !vanished) {
                    throw e;
                }
            }
        }
    }

    /** What a killed daemon was about to launch holds its lock, and waits for it in vain. Whether there was such a one. */
    private static boolean endUnborn(Path lock) {
        List<Integer> unborn = new ProcessTable().unborn(lock);
        for (int pid : unborn) {
            log.warn("killing pid {}: an earlier corrald died before it could let it become a program", pid);
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            process.ifPresent(ProcessHandle::destroyForcibly);
            process.ifPresent(ended ->
                    ended.onExit().completeOnTimeout(ended, 1, TimeUnit.SECONDS).join());
        }
        return !unborn.isEmpty();
    }

    /** The directory. */
    Path path() {
        return path;
    }

    /** By name, for the next daemon: the lock, which is never given up. */
    Map<String, Integer> handOver() {
        return Map.of(LOCK, lock.descriptor());
    }

    /** Removes all that is in it, and gives up the lock. */
    void release() throws IOException {
        try {
            removeAll(path);
        } finally {
            lock.release();
        }
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // Another daemon has taken it over already.
        }
    }

    /** Of directories only those that corrald makes here. */
    private static void removeAll(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    if (!file.endsWith(LOCK)) {
                        Files.deleteIfExists(file);
                    }
                } else if (OWN_DIRECTORIES.contains(file.getFileName())) {
                    removeAll(file);
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Path standard(Config config, Map<String, String> environment) {
        CRC32 key = new CRC32();
        key.update((config.file() + "\n" + config.daemon().pidfile()).getBytes(StandardCharsets.UTF_8));
        String name = config.daemon().identifier().replace('/', '_') + "-" + Long.toHexString(key.getValue());
        return base(environment).resolve(name);
    }

    /** The first that can be written to; the last is there in containers whose root is read-only, too. */
    private static Path base(Map<String, String> environment) {
        String given = environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", 2)[0];
        if (isUsable(given)) {
            return Path.of(given);
        }
        if (Files.isWritable(RUN)) {
            return RUN.resolve("corral");
        }
        String xdg = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (isUsable(xdg)) {
            return Path.of(xdg, "corral");
        }
        String temporary = environment.getOrDefault("TMPDIR", "/tmp");
        return Path.of(
                isUsable(temporary) || !isUsable(SHARED_MEMORY) ? temporary : SHARED_MEMORY, "corral-" + owner());
    }

    private static boolean isUsable(String directory) {
        return directory.startsWith("/") && Files.isWritable(Path.of(directory));
    }

    /** The user's name, or number where nobody has named it. */
    private static String owner() {
        String name = System.getProperty("user.name", "?");
        if (!name.equals("?")) {
            return name;
        }
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static void makePrivate(Path path) throws IOException {
        var privately = PosixFilePermissions.fromString("rwx------");
        try {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(privately));
        } catch (FileAlreadyExistsException e) {
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isDirectory()) {
                throw e;
            }
            checkIsOurs(path);
        }
        // Fails for a directory that somebody else has put there.
        Files.setPosixFilePermissions(path, privately);
    }

    /** What is in it goes with the daemon: it must never be a directory that was there for something else, such as /tmp. */
    private static void checkIsOurs(Path path) throws IOException {
        Optional<Path> stranger = stranger(path);
        // Another daemon may be ending or beginning here: that takes no time.
        for (int i = 0; i < MAX_LOOKS && stranger.isPresent(); i++) {
            LockSupport.parkNanos(LOOK_NS);
            stranger = stranger(path);
        }
        if (stranger.isPresent()) {
            throw new IOException("it has files that are not corrald's, such as " + stranger.get()
                    + "; allowed: a directory that is empty, or not there yet");
        }
    }

    private static Optional<Path> stranger(Path path) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                if (!file.endsWith(LOCK) && !Files.exists(path.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
                    return Optional.of(file);
                }
            }
            return Optional.empty();
        }
    }

    private static String holder(Path path, Native os) {
        try {
            return LockFile.holder(os, path.resolve(LOCK).toString()).orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
