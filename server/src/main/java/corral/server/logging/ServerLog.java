package corral.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import corral.server.options.LogLevel;
import corral.server.options.ServerOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** The front's own log on stderr. Set up once at the start; until then nothing is written. */
public final class ServerLog implements AutoCloseable {
    private final LineAppender appender;

    private ServerLog(LineAppender appender) {
        this.appender = appender;
    }

    /**
     * Begins to write lines to stderr.
     *
     * @param counter hears the level of each line written, on whichever thread logs
     */
    public static ServerLog open(ServerOptions options, Consumer<LogLevel> counter) {
        return open(options, counter, new FileOutputStream(FileDescriptor.err));
    }

    static ServerLog open(ServerOptions options, Consumer<LogLevel> counter, OutputStream out) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        LineStyle style = new LineStyle(
                options.personality(),
                options.accessLog().colors(),
                ProcessHandle.current().pid(),
                ZoneId.systemDefault());
        LineAppender appender = new LineAppender(options.logLevel(), style, out, counter);
        appender.setContext(context);
        appender.start();
        root.addAppender(appender);
        root.setLevel(Severity.threshold(options.logLevel()));
        // What Netty says at DEBUG is about Netty.
        context.getLogger("io.netty").setLevel(options.logLevel() == LogLevel.TRACE ? Level.DEBUG : Level.WARN);
        return new ServerLog(appender);
    }

    /** Writes what waits; nothing is written after it. */
    @Override
    public void close() {
        appender.stop();
    }
}
