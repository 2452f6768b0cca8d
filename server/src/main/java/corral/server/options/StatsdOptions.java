package corral.server.options;

/** Metrics by statsd (spec/server.md 1.8); host null: none. It is HOST:PORT or unix://PATH. */
public record StatsdOptions(String host, String prefix, String tags) {}
