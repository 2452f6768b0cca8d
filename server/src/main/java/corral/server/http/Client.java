package corral.server.http;

/**
 * Who sent a request, as the app is told.
 *
 * @param host address; null for a peer on a Unix socket
 * @param port 0 if unknown
 * @param scheme http or https
 */
public record Client(String host, int port, String scheme) {}
