package corral.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import corral.server.options.LogLevel;
import corral.server.options.Personality;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How a line looks: gunicorn's {@code [2026-11-21 04:35:20 +0000] [PID] [LEVEL] message}, or uvicorn's {@code INFO:     message}. */
final class LineStyle {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'['yyyy-MM-dd HH:mm:ss Z']'", Locale.ENGLISH);
    private static final int LONGEST_LEVEL = 8;

    private final boolean uvicorn;
    private final boolean colors;
    private final long pid;
    private final ZoneId zone;

    LineStyle(Personality personality, boolean colors, long pid, ZoneId zone) {
        this.uvicorn = personality == Personality.UVICORN;
        this.colors = colors;
        this.pid = pid;
        this.zone = zone;
    }

    /** The line, or lines if there is a stack trace, with the end. */
    String format(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(160);
        LogLevel level = Severity.of(event);
        if (uvicorn) {
            prefix(out, level);
        } else {
            Instant time = Instant.ofEpochMilli(event.getTimeStamp());
            out.append(TIME.format(time.atZone(zone)));
            out.append(" [").append(pid).append("] [").append(level).append("] ");
        }
        message(out, event.getFormattedMessage());
        out.append('\n');
        if (event.getThrowableProxy() != null) {
            out.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return out.toString();
    }

    private void prefix(StringBuilder out, LogLevel level) {
        String name = level.name();
        if (colors) {
            out.append("\u001b[").append(color(level)).append('m').append(name).append("\u001b[0m");
        } else {
            out.append(name);
        }
        out.append(':').append(" ".repeat(LONGEST_LEVEL - name.length() + 1));
    }

    private static int color(LogLevel level) {
        return switch (level) {
            case CRITICAL -> 91;
            case ERROR -> 31;
            case WARNING -> 33;
            case INFO -> 32;
            case DEBUG -> 36;
            case TRACE -> 34;
        };
    }

    /** Messages quote what clients sent: a line break in it must not look like a line of ours. */
    private static void message(StringBuilder out, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else {
                out.append(c);
            }
        }
    }
}
