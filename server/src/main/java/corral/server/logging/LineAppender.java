package corral.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import corral.server.options.LogLevel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Hands lines to a writer thread, so that a slow reader of stderr does not stall event loops; when {@link #LIMIT} lines wait, whoever logs
 * waits too: no line is dropped.
 */
final class LineAppender extends AppenderBase<ILoggingEvent> {
    private static final int LIMIT = 8_192;
    private static final String END = "";

    private final LogLevel level;
    private final LineStyle style;
    private final OutputStream out;
    private final Consumer<LogLevel> counter;
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(LIMIT);
    private Thread writer;

    /** @param counter hears the level of each line, on whichever thread logs */
    LineAppender(LogLevel level, LineStyle style, OutputStream out, Consumer<LogLevel> counter) {
        this.level = level;
        this.style = style;
        this.out = out;
        this.counter = counter;
        setName("server");
    }

    @Override
    public void start() {
        super.start();
        writer = new Thread(null, this::run, "log");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        LogLevel severity = Severity.of(event);
        if (severity.compareTo(level) <= 0) {
            counter.accept(severity);
            put(style.format(event));
        }
    }

    private void put(String line) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(line);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean ended = false;
        while (!ended) {
            try {
                String line = queue.take();
                ended = line.equals(END);
                out.write(line.getBytes(StandardCharsets.UTF_8));
                if (queue.isEmpty()) {
                    out.flush();
                }
            } catch (InterruptedException e) {
                // Only END ends the writer.
            } catch (IOException e) {
                // Where else could it be told?
            }
        }
    }

    /** Writes what waits. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        put(END);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
