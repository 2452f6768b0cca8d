package corral.daemon.process;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** The description column of a process (spec/supervisor.md 3.7). Pure. */
final class Description {
    private static final long SECOND_NS = 1_000_000_000;
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private Description() {}

    static String running(int pid, long startEpochMs, long nowEpochMs) {
        return running(pid, startEpochMs, nowEpochMs, "", "");
    }

    /**
     * Of one that runs.
     *
     * @param status what the process says of itself, empty for nothing
     * @param note what the daemon says of it, empty for nothing
     */
    static String running(int pid, long startEpochMs, long nowEpochMs, String status, String note) {
        return "pid " + pid + ", uptime " + uptime(Math.max(0, nowEpochMs / 1000 - startEpochMs / 1000))
                + (status.isEmpty() ? "" : ", " + status)
                + (note.isEmpty() ? "" : ", " + note);
    }

    /** Two remarks, of which either may be empty. */
    static String both(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + ", " + other;
    }

    /** Of one that has exited and starts again by itself. */
    static String restart(long inNs) {
        return "restart in " + Math.max(1, (inNs + SECOND_NS - 1) / SECOND_NS) + " s";
    }

    static String failed(String spawnError, String name) {
        return spawnError.isEmpty() ? "unknown error (try \"tail " + name + "\")" : spawnError;
    }

    static String stopped(long startEpochMs, long stopEpochMs, ZoneId zone) {
        return startEpochMs == 0
                ? "Not started"
                : clock(LocalDateTime.ofInstant(Instant.ofEpochMilli(stopEpochMs), zone));
    }

    /** {@code H:MM:SS}, from one day on {@code N days, H:MM:SS}. */
    static String uptime(long seconds) {
        long days = seconds / 86_400;
        long rest = seconds % 86_400;
        String time = rest / 3600 + ":" + two(rest / 60 % 60) + ":" + two(rest % 60);
        if (days == 0) {
            return time;
        }
        return days + (days == 1 ? " day, " : " days, ") + time;
    }

    /** strftime's {@code %b %d %I:%M %p} in the C locale. */
    private static String clock(LocalDateTime time) {
        int hour = time.getHour() % 12;
        return MONTHS[time.getMonthValue() - 1] + " " + two(time.getDayOfMonth()) + " " + two(hour == 0 ? 12 : hour)
                + ":" + two(time.getMinute()) + (time.getHour() < 12 ? " AM" : " PM");
    }

    private static String two(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
