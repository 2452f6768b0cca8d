package corral.daemon.config;

/** Levels of the activity log (spec/supervisor.md 6.5), most severe first. */
public enum LogLevel {
    CRITICAL,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE,
    BLATHER
}
