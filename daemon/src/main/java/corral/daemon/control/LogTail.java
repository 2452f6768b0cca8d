package corral.daemon.control;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Starts the endless streams of log files. Event loop only, but for opening. */
final class LogTail {
    private static final int FIRST_BYTES = 1024;

    private final FileThreads files;
    private final EventLoop loop;

    LogTail(FileThreads files, EventLoop loop) {
        this.files = files;
        this.loop = loop;
    }

    /**
     * Answers with what is appended to a file from now on, after its last 1024 bytes; 404 if it cannot be read.
     *
     * @param file finds the file; may block
     * @param headers besides Last-Modified
     */
    void serve(Exchange exchange, Supplier<Optional<Path>> file, Map<String, String> headers) {
        exchange.whenDone(files.call(() -> Opened.of(file.get())), (opened, failure) -> {
            if (failure != null) {
                exchange.error(404);
                return;
            }
            Map<String, String> all = new HashMap<>(headers);
            all.put("Last-Modified", HttpDate.of(opened.modifiedMs()));
            BodyStream body = exchange.stream("text/plain;charset=utf-8", all);
            new StreamPump(opened.follower(), body, files, loop).start();
        });
    }

    private record Opened(LogFollower follower, long modifiedMs) {

        static Opened of(Optional<Path> found) throws IOException {
            Path file = found.orElseThrow(() -> new NoSuchFileException("no log"));
            if (!Files.isRegularFile(file)) {
                // Opening a FIFO would wait for its writer, and reading it would steal what it carries.
                throw new IOException(file + " is not a regular file");
            }
            long modifiedMs = Files.getLastModifiedTime(file).toMillis();
            return new Opened(new LogFollower(file, FIRST_BYTES), modifiedMs);
        }
    }
}
