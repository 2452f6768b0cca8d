package corral.daemon.state;

import corral.daemon.fault.FaultPoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The files of the state directory: text with a first line that names the format and a last one with a checksum, each replaced in one step.
 * What is not like that, or not our own, is not trusted. One thread at a time.
 */
final class StateFiles {
    /** A daemon takes over the state of another only if both mean this by it. */
    static final int FORMAT = 1;

    private static final String HEAD = "corral state " + FORMAT + "\n";
    private static final String CHECK = "crc32=";
    private static final String TEMPORARY = "new";
    private static final int MAX_BYTES = 4 << 20;

    private final Path directory;
    private final FaultPoints faults;

    /** The files of {@code state} in a runtime directory. */
    StateFiles(Path runtimeDirectory, FaultPoints faults) {
        this.directory = runtimeDirectory.resolve("state");
        this.faults = faults;
    }

    /** Replaces a file; the directory is made if it is not there. */
    void write(String name, Fields fields) throws IOException {
        Path temporary = directory.resolve(TEMPORARY);
        try {
            write(temporary, bytes(fields));
        } catch (NoSuchFileException e) {
            make();
            write(temporary, bytes(fields));
        }
        faults.reached("state.written");
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        faults.reached("state.renamed");
    }

    /** Removes a file, if it is there. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    /** Names of all files but temporary ones, the lowest number first. */
    List<String> names() throws IOException {
        TreeMap<Long, String> names = new TreeMap<>();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    String name = Objects.requireNonNull(file.getFileName()).toString();
                    if (name.matches("[0-9]{1,9}")) {
                        names.put(Long.valueOf(name), name);
                    }
                }
            }
        }
        return List.copyOf(names.values());
    }

    /** Whether there is such a file. */
    boolean has(String name) {
        return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Reads a file.
     *
     * @throws DamagedException when it is not as it was written, or was written by somebody else
     */
    Fields read(String name) throws DamagedException {
        Path file = directory.resolve(name);
        try {
            checkOwner(file);
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new DamagedException(e.toString());
        }
    }

    /** Puts a file where nobody takes it for state; where it is now. */
    Path setAside(String name) throws IOException {
        Path place = directory.resolveSibling("set-aside");
        Files.createDirectories(place, PosixFilePermissions.asFileAttribute(privately()));
        int n = 0;
        Path target = place.resolve(name);
        while (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            n++;
            target = place.resolve(name + "." + n);
        }
        Files.move(directory.resolve(name), target);
        return target;
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    /** Not what is above it: a runtime directory that has gone has gone with its lock and FIFOs. */
    private void make() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(privately()));
        }
    }

    private static Set<PosixFilePermission> privately() {
        return PosixFilePermissions.fromString("rwx------");
    }

    private static byte[] bytes(Fields fields) {
        String body = HEAD + fields.text();
        return (body + CHECK + checksum(body) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String checksum(String body) {
        CRC32 sum = new CRC32();
        sum.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    private static Fields parse(String text) throws DamagedException {
        if (!text.startsWith(HEAD)) {
            throw new DamagedException(
                    text.startsWith("corral state ") ? "it is of another format" : "it is no state of corrald");
        }
        int check = text.lastIndexOf("\n" + CHECK) + 1;
        if (check == 0 || !text.endsWith("\n")) {
            throw new DamagedException("its end is missing");
        }
        String sum = text.substring(check + CHECK.length(), text.length() - 1);
        if (!sum.equals(checksum(text.substring(0, check)))) {
            throw new DamagedException("its checksum is wrong");
        }
        return Fields.parse(text.substring(HEAD.length(), check));
    }

    private static void checkOwner(Path file) throws IOException, DamagedException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
            throw new DamagedException("it is no file of corrald's");
        }
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new DamagedException("it belongs to uid " + owner);
        }
    }
}
