package corral.daemon.config;

import corral.daemon.config.LogTarget.Auto;
import corral.daemon.config.LogTarget.File;
import corral.daemon.config.LogTarget.None;
import corral.daemon.config.ProgramKeys.StreamKeys;
import java.util.Optional;

/** The log options of one process (spec/supervisor.md 2.4, {@code stdout_*} and {@code stderr_*}). */
final class StreamReader {
    private final SectionReader section;
    private final String program;
    private final boolean redirectStderr;

    /** A reader whose names are those of one process. */
    StreamReader(SectionReader section, String program, boolean redirectStderr) {
        this.section = section;
        this.program = program;
        this.redirectStderr = redirectStderr;
    }

    StreamConfig stdout(long captureMaxBytes, boolean eventsEnabled) {
        return stream(ProgramKeys.STDOUT, false, captureMaxBytes, eventsEnabled);
    }

    StreamConfig stderr(long captureMaxBytes, boolean eventsEnabled) {
        return stream(ProgramKeys.STDERR, redirectStderr, captureMaxBytes, eventsEnabled);
    }

    private StreamConfig stream(StreamKeys keys, boolean redirected, long captureMaxBytes, boolean eventsEnabled) {
        Optional<LogTarget> written = target(keys.logfile());
        int backups = section.value(keys.backups());
        long maxBytes = section.value(keys.maxBytes());
        boolean syslog = section.value(keys.syslog());
        LogTarget target = written.orElse(new None());
        if (written.isEmpty()) {
            syslog = true;
            section.supervisorWarning(
                    keys.logfile(),
                    "For [program:" + program + "], " + keys.logfile().name()
                            + "=syslog but this is deprecated and will be removed.  Use "
                            + keys.syslog().name() + "=true to enable syslog instead.");
        } else if (redirected) {
            if (target instanceof File && section.has(keys.logfile())) {
                section.supervisorWarning(
                        keys.logfile(),
                        "For [program:" + program + "], redirect_stderr=true but "
                                + keys.logfile().name()
                                + " has also been set to a filename, the filename has been ignored");
            }
            target = new None();
        } else if (target instanceof Auto && maxBytes == 0) {
            section.supervisorWarning(
                    section.has(keys.maxBytes()) ? keys.maxBytes() : keys.logfile(),
                    "For [program:" + program + "], AUTO logging used for "
                            + keys.logfile().name()
                            + " without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally");
        }
        return new StreamConfig(
                target, maxBytes, backups, captureMaxBytes, eventsEnabled, syslog, section.optional(keys.prefix()));
    }

    /** Expanded twice (spec/supervisor.md 1.3); empty for syslog. */
    private Optional<LogTarget> target(Key<Optional<LogTarget>> key) {
        return section.text(key)
                .flatMap(once -> section.expand(key, once, key.name()))
                .flatMap(twice -> section.parse(key, twice))
                .orElseGet(() -> section.fallback(key));
    }
}
