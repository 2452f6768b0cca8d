package corral.server.options;

/** How much the front says, the most severe first. */
public enum LogLevel {
    CRITICAL,
    ERROR,
    WARNING,
    INFO,
    DEBUG,
    TRACE
}
