package corral.server.options;

/**
 * One option of the front's command line.
 *
 * @param name as in OPTIONS.md but with dashes, without the leading {@code --}
 * @param fallback text of the default, read like a given one; empty if there is none
 */
record Flag<T>(String name, FlagType<T> type, String fallback, String help) {}
