package corral.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import corral.daemon.config.DaemonConfig;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The activity log: logback in front, one writer thread behind, so that a slow disk never stalls whoever logs. A new
 * configuration replaces the old writer.
 */
public final class ActivityLog {
    /** Written to as it is and once only: a socket, such as journald's, cannot be opened by its name. */
    private static final Set<String> STDOUT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    private final PrintStream console;
    private final Consumer<String> syslog;
    private ActivityAppender appender;

    /**
     * A log that writes nothing yet.
     *
     * @param console where a daemon in the foreground repeats its log
     * @param syslog takes the lines when {@code logfile = syslog}
     */
    public ActivityLog(PrintStream console, Consumer<String> syslog) {
        this.console = console;
        this.syslog = syslog;
    }

    /**
     * Writes where the configuration says from now on; what was queued before still goes to the old place.
     *
     * @throws IOException when the file cannot be opened; the old place stays
     */
    public void configure(DaemonConfig config) throws IOException {
        boolean stdout = config.logfile()
                .filter(path -> STDOUT.contains(path.toString()))
                .isPresent();
        PatientWriter file = config.logfile().isEmpty() || stdout
                ? null
                : new PatientWriter(
                        new RotatingWriter(
                                new File(config.logfile().get().toString()),
                                config.logfileMaxBytes(),
                                config.logfileBackups()),
                        System::nanoTime,
                        this::complain);
        boolean foreground = config.nodaemon() && !config.silent();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ActivityAppender fresh = new ActivityAppender(
                config.loglevel(),
                new LogSinks(file, config.logfile().isEmpty() ? syslog : null, stdout || foreground ? console : null));
        fresh.setContext(context);
        fresh.start();
        root.detachAndStopAllAppenders();
        root.addAppender(fresh);
        root.setLevel(Severity.threshold(config.loglevel()));
        context.getLogger("io.netty").setLevel(Level.WARN);
        appender = fresh;
    }

    /** The log cannot say its own trouble; stdout, wherever that goes, and syslog may. */
    private void complain(String text) {
        console.println("corrald: " + text);
        syslog.accept(text);
    }

    /** Opens the file anew, after somebody moved it away. */
    public void reopen() {
        appender.request(LogSinks::reopen);
    }

    /** Empties the file. */
    public void clear() {
        appender.request(LogSinks::clear);
    }

    /** Returns once everything logged so far is in the file. Never called on the supervision loop. */
    public void flush() {
        appender.request(sinks -> {});
    }

    /** Writes what is queued and ends the writer. */
    public void stop() {
        appender.stop();
    }
}
