package corral.daemon.logs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log files whose names corral makes up: {@code <process>-<stdout|stderr>---<identifier>-<8 characters>.log} (6.5). */
public final class AutoLogs {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789_";

    private final Path directory;
    private final String identifier;
    private final Random random;

    /** Files of one daemon in {@code childlogdir}. */
    public AutoLogs(Path directory, String identifier, Random random) {
        this.directory = directory;
        this.identifier = identifier;
        this.random = random;
    }

    /** A new name; the file is made by {@link #create}. */
    public Path name(String process, String channel) {
        StringBuilder name = new StringBuilder(process).append('-').append(channel);
        name.append("---").append(identifier).append('-');
        for (int i = 0; i < 8; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return directory.resolve(name.append(".log").toString());
    }

    /** Makes an empty file that only its owner can read. */
    public void create(Path file) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            log.error("cannot create the log file {}: {}", file, e.toString());
        }
    }

    /**
     * Removes what an earlier daemon of this identifier left.
     *
     * @param kept paths of logs that are in use; they stay, with what has been rotated away from them
     */
    public void removeOld(Set<String> kept) {
        Pattern old = Pattern.compile(".+?---" + Pattern.quote(identifier) + "-\\S+\\.log\\.?\\d{0,4}.*");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (old.matcher(file.getFileName().toString()).matches() && !isOf(kept, file.toString())) {
                    remove(file);
                }
            }
        } catch (IOException e) {
            log.warn("Could not clear childlog dir: {}", e.toString());
        }
    }

    private static boolean isOf(Set<String> kept, String file) {
        return kept.stream().anyMatch(log -> file.equals(log) || file.startsWith(log + "."));
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            log.warn("Failed to clean up '{}'", file);
        }
    }
}
