package corral.server.options;

import java.util.List;

/**
 * Everything that the front is told; see OPTIONS.md for the meaning and range of each.
 *
 * @param listeners descriptors of listening sockets that were inherited, at least one
 * @param workerSocket descriptor of the listening Unix socket that workers connect to
 * @param eventLoops 1-64
 */
public record ServerOptions(
        List<Integer> listeners,
        int workerSocket,
        int eventLoops,
        Personality personality,
        LogLevel logLevel,
        HttpOptions http,
        LimitOptions limits,
        TimeoutOptions timeouts,
        PoolOptions pool,
        TlsOptions tls,
        AccessLogOptions accessLog,
        StatsdOptions statsd,
        ProxyOptions proxy,
        WebSocketOptions websocket,
        ReloadOptions reload) {
    public ServerOptions {
        listeners = List.copyOf(listeners);
    }
}
