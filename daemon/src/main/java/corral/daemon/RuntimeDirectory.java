package corral.daemon;

import corral.daemon.config.Config;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The directory of FIFOs and state, one per configuration and pidfile, entered by its owner only. Its lock is held as long as
 * the daemon lives, so that there is never a second daemon on it.
 */
final class RuntimeDirectory {
    private static final Path RUN = Path.of("/run");
    private static final String SHARED_MEMORY = "/dev/shm";

    private final Path path;
    private final FileChannel lock;

    private RuntimeDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes and locks the directory.
     *
     * @throws UsageException when another daemon holds it, or it cannot be used
     */
    static RuntimeDirectory lock(Config config, Map<String, String> environment, int pid) throws UsageException {
        Path path = place(config, environment);
        try {
            Files.createDirectories(path.getParent());
            makePrivate(path);
            FileChannel channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new UsageException("corrald is already running with this configuration: pid " + readPid(channel)
                        + ", configuration " + config.file() + ", runtime directory " + path);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new RuntimeDirectory(path, channel);
        } catch (IOException e) {
            throw new UsageException("the runtime directory " + path + " cannot be used (" + e
                    + "); runtime_dir= in [supervisord] names another");
        }
    }

    /** Where it is for a configuration. */
    static Path place(Config config, Map<String, String> environment) {
        return config.daemon().runtimeDir().orElseGet(() -> standard(config, environment));
    }

    /** The directory. */
    Path path() {
        return path;
    }

    /** Removes the FIFOs and gives up the lock. */
    void release() throws IOException {
        try (var files = Files.list(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(path);
        lock.close();
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
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(privately));
        }
        // Fails for a directory that somebody else has put there.
        Files.setPosixFilePermissions(path, privately);
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).trim();
        return Optional.of(text).filter(t -> !t.isEmpty()).orElse("unknown");
    }
}
