package corral.ctl.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;

/** Lines of a stream, read by a thread of its own each time one is wanted, so that the waiting can be interrupted. */
final class StandardInput {
    private final SynchronousQueue<Boolean> wanted = new SynchronousQueue<>();
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final BufferedReader in;

    private boolean waiting;

    private StandardInput(InputStream stream) {
        in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Starts the thread, which has not read anything yet. */
    static StandardInput of(InputStream stream) {
        StandardInput input = new StandardInput(stream);
        Thread thread = new Thread(input::read, "stdin");
        thread.setDaemon(true);
        thread.start();
        return input;
    }

    /** The next line; empty at the end. After an interrupt, the line that was waited for is the next one. */
    Optional<String> line() throws InterruptedException {
        if (!waiting) {
            wanted.put(true);
            waiting = true;
        }
        Optional<String> line = lines.take();
        waiting = false;
        return line;
    }

    private void read() {
        try {
            while (true) {
                wanted.take();
                lines.add(Optional.ofNullable(in.readLine()));
            }
        } catch (IOException e) {
            lines.add(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
