package corral.daemon.config;

/**
 * A value as written.
 *
 * @param section header text above it, which may be {@code DEFAULT} or the alias of another
 * @param text not expanded
 */
record RawValue(String section, String key, String text, Origin origin) {}
