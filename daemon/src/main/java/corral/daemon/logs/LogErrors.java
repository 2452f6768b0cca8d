package corral.daemon.logs;

import corral.daemon.os.OsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with log files, said in the activity log. */
final class LogErrors {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private LogErrors() {}

    static void cannotRotate(String path, Exception why) {
        log.error("log rotation: {} cannot be rotated: {}; it grows on", path, why.getMessage());
    }

    static void directoryMade(String directory) {
        log.warn("the directory {} of a log was gone, it has been made again", directory);
    }

    static void stalled(StreamKey key, String path, OsException why) {
        log.error(
                "output of {}:{} ({}) cannot be written{}: {}; it waits in its pipe, trying again every second",
                key.group(),
                key.process(),
                key.channel(),
                path.isEmpty() ? "" : " to " + path,
                why.reason());
    }

    static void resumed(StreamKey key) {
        log.info("output of {}:{} ({}) is written again", key.group(), key.process(), key.channel());
    }

    static void failed(String what, Exception why) {
        log.error("output thread: {}: {}", what, why.toString());
    }
}
