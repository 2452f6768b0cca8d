package corral.daemon;

import corral.daemon.logging.Severity;
import java.io.IOException;
import java.nio.file.Files;
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

    /** Anything but a regular file stays: {@code pidfile=/dev/null} is usual in containers, and root could remove it. */
    void remove() {
        try {
            if (Files.isRegularFile(path)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            log.warn("could not remove pidfile {}: {}", path, e.toString());
        }
    }
}
