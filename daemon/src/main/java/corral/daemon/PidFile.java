package corral.daemon;

import corral.daemon.logging.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pidfile: decimal pid and newline, overwritten at start, removed at exit (spec/supervisor.md 6.3). */
record PidFile(Path path) {
    private static final Logger log = LoggerFactory.getLogger("corral");

    void write(int pid) {
        try {
            Files.writeString(path, pid + "\n");
        } catch (IOException e) {
            log.error(Severity.CRITICAL, "could not write pidfile {}", path);
        }
    }

    void remove() {
        try {
            // Not what somebody gave instead of a file, as /dev/null.
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log.warn("could not remove pidfile {}: {}", path, e.toString());
        }
    }
}
