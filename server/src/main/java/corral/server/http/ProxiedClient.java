package corral.server.http;

/**
 * Event in a connection's pipeline, before its first bytes: what the PROXY protocol's header says of it.
 *
 * @param protocol TCP4 or TCP6
 * @param host who the client is
 * @param proxyHost where it connected to
 */
public record ProxiedClient(String protocol, String host, int port, String proxyHost, int proxyPort) {}
