package corral.server.access;

import java.util.concurrent.TimeUnit;

/** How long a request took, in the parts that gunicorn's atoms show: of a Python timedelta without its days. */
final class Elapsed {
    private static final long DAY_MICROS = TimeUnit.DAYS.toMicros(1);
    private static final int MICROS = 1_000_000;

    private Elapsed() {}

    /** Microseconds below a day. */
    static long micros(AccessEntry entry) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMicros(entry.endedNanos() - entry.arrivedNanos())) % DAY_MICROS;
    }

    /** Seconds with six decimals. */
    static void appendSeconds(StringBuilder out, long micros) {
        out.append(micros / MICROS).append('.');
        String fraction = Long.toString(micros % MICROS);
        out.append("000000", 0, 6 - fraction.length()).append(fraction);
    }
}
