package corral.server.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The line of the Date header (RFC 9110 6.6.1), made anew once a second. One per event loop. */
final class DateHeader {
    private static final DateTimeFormatter IMF = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final long SECOND_MS = 1000;

    private long second = -1;
    private byte[] line;

    /** @param nowMs milliseconds since 1970 */
    byte[] line(long nowMs) {
        long now = nowMs / SECOND_MS;
        if (now != second) {
            second = now;
            line = ("date: " + IMF.format(Instant.ofEpochSecond(now)) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
        return line;
    }
}
