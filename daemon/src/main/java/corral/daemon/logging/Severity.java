package corral.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import corral.daemon.config.LogLevel;
import java.util.List;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Supervisor's levels on top of logback's: CRIT is an error with a marker, BLAT a trace with one. */
public final class Severity {
    /** Marks an error as critical. */
    public static final Marker CRITICAL = MarkerFactory.getMarker("CRITICAL");
    /** Marks a trace as blather. */
    public static final Marker BLATHER = MarkerFactory.getMarker("BLAT");

    private Severity() {}

    /** The four letters of the activity log. */
    static String letters(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> has(event, CRITICAL) ? "CRIT" : "ERRO";
            case Level.WARN_INT -> "WARN";
            case Level.INFO_INT -> "INFO";
            case Level.DEBUG_INT -> "DEBG";
            default -> has(event, BLATHER) ? "BLAT" : "TRAC";
        };
    }

    /** Logback's threshold; {@link #passes} decides the rest. */
    static Level threshold(LogLevel level) {
        return switch (level) {
            case CRITICAL, ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE, BLATHER -> Level.TRACE;
        };
    }

    /** Whether an event that passed the threshold is to be written. */
    static boolean passes(LogLevel level, ILoggingEvent event) {
        return switch (level) {
            case CRITICAL -> has(event, CRITICAL);
            case TRACE -> !has(event, BLATHER);
            default -> true;
        };
    }

    private static boolean has(ILoggingEvent event, Marker marker) {
        List<Marker> markers = event.getMarkerList();
        return markers != null && markers.contains(marker);
    }
}
