package corral.daemon.logs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream into lines; the last one waits for its newline, at most {@value #LONGEST} bytes. */
final class LineSplitter {
    private static final int LONGEST = 8192;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Consumer<String> consumer;

    LineSplitter(Consumer<String> consumer) {
        this.consumer = consumer;
    }

    void accept(byte[] bytes) {
        for (byte b : bytes) {
            if (b == '\n' || line.size() >= LONGEST) {
                end();
            }
            if (b != '\n') {
                line.write(b);
            }
        }
    }

    /** The stream has ended. */
    void finish() {
        if (line.size() > 0) {
            end();
        }
    }

    private void end() {
        consumer.accept(line.toString(StandardCharsets.UTF_8));
        line.reset();
    }
}
