package corral.daemon.config;

import java.util.Optional;

/**
 * The log options of one output stream of a child (spec/supervisor.md 2.4, {@code stdout_*} and {@code stderr_*}).
 *
 * @param target where the bytes go
 * @param maxBytes size in bytes at which the file is rotated, 0 for never
 * @param backups rotated files kept, 0 truncates in place
 * @param captureMaxBytes size of the capture buffer in bytes, 0 for no capture mode
 * @param eventsEnabled whether PROCESS_LOG events are sent
 * @param syslog whether each line also goes to syslog
 * @param prefix corral's own: stands before each line, may be empty; missing where {@code output_prefix} decides
 */
public record StreamConfig(
        LogTarget target,
        long maxBytes,
        int backups,
        long captureMaxBytes,
        boolean eventsEnabled,
        boolean syslog,
        Optional<String> prefix) {

    /** A stream with Supervisor's options only. */
    public StreamConfig(
            LogTarget target, long maxBytes, int backups, long captureMaxBytes, boolean eventsEnabled, boolean syslog) {
        this(target, maxBytes, backups, captureMaxBytes, eventsEnabled, syslog, Optional.empty());
    }
}
