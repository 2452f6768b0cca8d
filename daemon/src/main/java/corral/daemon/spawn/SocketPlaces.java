package corral.daemon.spawn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sockets are that children use by path: in the runtime directory, or where that does not do in a directory of
 * their own. It does not do for the daemon of root, whose children of other users cannot enter it, and when its name is too
 * long for a socket's address. Spawner thread.
 */
public final class SocketPlaces {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** sockaddr_un has 108 bytes, one of them for the end. */
    private static final int MAX_PATH = 107;
    /** What the longest shortened name takes. */
    private static final int NAME = 28;

    private static final int MAX_ATTEMPTS = 100;
    private static final Pattern SOCKET = Pattern.compile(".*\\.(\\d+\\.notify|workers(\\.\\d+(\\.new)?)?)");

    private final Path runtimeDirectory;
    private final Path base;
    private final boolean root;
    private Path own;
    /** Whether what an earlier daemon has left may still be in use. */
    private boolean adopting;

    /**
     * Places of one daemon.
     *
     * @param root whether children may be of other users
     */
    public SocketPlaces(Path runtimeDirectory, boolean root) {
        this.runtimeDirectory = runtimeDirectory;
        this.root = root;
        this.base = root && Files.isWritable(Path.of("/run")) ? Path.of("/run") : Path.of("/tmp");
    }

    /** What an earlier daemon has left stays, until {@link #removeAllBut}. */
    void keepOld() {
        adopting = true;
    }

    /** Removes the sockets that an earlier daemon has left, save those that are in use. */
    void removeAllBut(Set<Path> used) {
        adopting = false;
        if (own != null) {
            removeFrom(own, file -> !used.contains(file));
        }
        removeFrom(
                runtimeDirectory,
                file -> !used.contains(file)
                        && SOCKET.matcher(file.getFileName().toString()).matches());
    }

    private static void removeFrom(Path directory, Predicate<Path> which) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, which::test)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("old sockets stay in {}: {}", directory, e.toString());
        }
    }

    /** The path of one socket; {@code name} is harmless as a file's name and says whose it is. */
    Path path(String name, String kind) throws IOException {
        Path directory = directory();
        Path plain = directory.resolve(name + "." + kind);
        return length(plain) <= MAX_PATH ? plain : directory.resolve(checksum(name) + "." + kind);
    }

    /** Removes the directory of its own, if there is one, with what is left in it. */
    void remove() {
        if (own == null) {
            return;
        }
        try {
            clear(own);
            Files.deleteIfExists(own);
        } catch (IOException e) {
            // Empty or not, the next daemon takes it over.
        }
    }

    private Path directory() throws IOException {
        if (!root && length(runtimeDirectory) + 1 + NAME <= MAX_PATH) {
            return runtimeDirectory;
        }
        if (own == null) {
            own = make();
        }
        return own;
    }

    /** The same name each time, so that what a killed daemon has left is found again; not one that somebody else has made. */
    private Path make() throws IOException {
        String name = "corral-" + checksum(runtimeDirectory.toString());
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            Path path = base.resolve(i == 0 ? name : name + "-" + i);
            var enterable = PosixFilePermissions.fromString("rwx--x--x");
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(path);
            }
            Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                Files.setPosixFilePermissions(path, enterable);
                if (!adopting) {
                    clear(path);
                }
                return path;
            }
        }
        throw new IOException("no directory for sockets can be made in " + base);
    }

    private static void clear(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String checksum(String text) {
        CRC32 key = new CRC32();
        key.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(key.getValue());
    }
}
