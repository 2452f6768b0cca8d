package corral.daemon.logs;

/**
 * What is done with one output stream.
 *
 * @param fifo path of its FIFO
 * @param logfile path of its log, empty for none
 * @param maxBytes size at which the log is rotated, 0 for never
 * @param backups rotated files kept
 * @param stripAnsi whether escape sequences are taken out
 * @param syslog whether each line also goes to syslog
 * @param echo whether it is copied to the activity log
 * @param prefix stands before each line, empty for nothing
 */
public record StreamSpec(
        StreamKey key,
        String fifo,
        String logfile,
        long maxBytes,
        int backups,
        boolean stripAnsi,
        boolean syslog,
        boolean echo,
        String prefix) {

    /** A stream whose lines are as they were written. */
    StreamSpec(
            StreamKey key,
            String fifo,
            String logfile,
            long maxBytes,
            int backups,
            boolean stripAnsi,
            boolean syslog,
            boolean echo) {
        this(key, fifo, logfile, maxBytes, backups, stripAnsi, syslog, echo, "");
    }

    /** Whether the bytes must pass through memory instead of being spliced from the FIFO to the file. */
    boolean needsBytes() {
        return stripAnsi || syslog || echo || !prefix.isEmpty() || logfile.isEmpty();
    }
}
