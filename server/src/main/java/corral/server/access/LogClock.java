package corral.server.access;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The time of logging as text, made once per second. One thread. */
final class LogClock {
    private static final DateTimeFormatter CLF =
            DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.ENGLISH);
    private static final long SECOND = 1_000;

    private final LongSupplier millis;
    private final ZoneId zone;
    private long second = Long.MIN_VALUE;
    private String text = "";

    /** @param millis since 1970 */
    LogClock(LongSupplier millis, ZoneId zone) {
        this.millis = millis;
        this.zone = zone;
    }

    /** The Common Log Format's, local: {@code [21/Nov/2026:04:35:22 +0000]}. */
    String commonLogFormat() {
        long now = Math.floorDiv(millis.getAsLong(), SECOND);
        if (now != second) {
            second = now;
            text = CLF.format(Instant.ofEpochSecond(now).atZone(zone));
        }
        return text;
    }

    /** ISO 8601 in UTC with milliseconds. */
    String iso() {
        return Instant.ofEpochMilli(millis.getAsLong()).toString();
    }
}
