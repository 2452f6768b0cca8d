package corral.daemon.control;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Dates of HTTP headers. Without java.time's formatter, whose first use would cost more than the rest of a request. */
final class HttpDate {
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int LETTERS = 3;

    private HttpDate() {}

    /** For example {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    static String of(long epochMs) {
        OffsetDateTime utc = Instant.ofEpochMilli(epochMs).atOffset(ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        name(text, DAYS, utc.getDayOfWeek().getValue());
        text.append(", ");
        twoDigits(text, utc.getDayOfMonth());
        text.append(' ');
        name(text, MONTHS, utc.getMonthValue());
        text.append(' ').append(utc.getYear()).append(' ');
        twoDigits(text, utc.getHour());
        text.append(':');
        twoDigits(text, utc.getMinute());
        text.append(':');
        twoDigits(text, utc.getSecond());
        return text.append(" GMT").toString();
    }

    private static void name(StringBuilder text, String names, int number) {
        text.append(names, (number - 1) * LETTERS, number * LETTERS);
    }

    private static void twoDigits(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
