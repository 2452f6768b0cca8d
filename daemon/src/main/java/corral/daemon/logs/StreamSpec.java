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
 */
public record StreamSpec(
        StreamKey key,
        String fifo,
        String logfile,
        long maxBytes,
        int backups,
        boolean stripAnsi,
        boolean syslog,
        boolean echo) {

    /** Whether the bytes must pass through memory instead of being spliced from the FIFO to the file. */
    boolean needsBytes() {
        return stripAnsi || syslog || echo || logfile.isEmpty();
    }
}
