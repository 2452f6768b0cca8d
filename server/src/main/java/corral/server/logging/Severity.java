package corral.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import corral.server.options.LogLevel;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Python's levels on top of slf4j's: CRITICAL is an error with a marker. */
public final class Severity {
    /** Marks an error as critical. */
    public static final Marker CRITICAL = MarkerFactory.getMarker("CRITICAL");

    private Severity() {}

    /** Logback's threshold; {@link #of} decides the rest. */
    static Level threshold(LogLevel level) {
        return switch (level) {
            case CRITICAL, ERROR -> Level.ERROR;
            case WARNING -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }

    /** Level of an event. */
    static LogLevel of(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> isCritical(event) ? LogLevel.CRITICAL : LogLevel.ERROR;
            case Level.WARN_INT -> LogLevel.WARNING;
            case Level.INFO_INT -> LogLevel.INFO;
            case Level.DEBUG_INT -> LogLevel.DEBUG;
            default -> LogLevel.TRACE;
        };
    }

    private static boolean isCritical(ILoggingEvent event) {
        return event.getMarkerList() != null && event.getMarkerList().contains(CRITICAL);
    }
}
