package corral.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** {@code YYYY-MM-DD HH:MM:SS,mmm LVL message}, local time (spec/supervisor.md 6.5). One thread uses it. */
final class LineFormat {
    private long second = Long.MIN_VALUE;
    private String formattedSecond = "";

    /** A line of the log's own. */
    static String warning(long epochMs, String text) {
        LineFormat format = new LineFormat();
        StringBuilder line = new StringBuilder(128);
        line.append(format.second(Math.floorDiv(epochMs, 1000L))).append(',');
        pad(line, (int) Math.floorMod(epochMs, 1000L), 3);
        return line.append(" WARN ").append(text).append('\n').toString();
    }

    String format(ILoggingEvent event) {
        long millis = event.getTimeStamp();
        StringBuilder line = new StringBuilder(128);
        line.append(second(Math.floorDiv(millis, 1000L))).append(',');
        pad(line, (int) Math.floorMod(millis, 1000L), 3);
        line.append(' ')
                .append(Severity.letters(event))
                .append(' ')
                .append(event.getFormattedMessage())
                .append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }

    private String second(long epochSecond) {
        if (epochSecond != second) {
            second = epochSecond;
            LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(epochSecond), ZoneId.systemDefault());
            StringBuilder text = new StringBuilder(19);
            pad(text, time.getYear(), 4);
            pad(text.append('-'), time.getMonthValue(), 2);
            pad(text.append('-'), time.getDayOfMonth(), 2);
            pad(text.append(' '), time.getHour(), 2);
            pad(text.append(':'), time.getMinute(), 2);
            pad(text.append(':'), time.getSecond(), 2);
            formattedSecond = text.toString();
        }
        return formattedSecond;
    }

    private static void pad(StringBuilder to, int number, int width) {
        String digits = Integer.toString(number);
        for (int i = digits.length(); i < width; i++) {
            to.append('0');
        }
        to.append(digits);
    }
}
