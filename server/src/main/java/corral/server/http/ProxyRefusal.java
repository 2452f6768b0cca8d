package corral.server.http;

/**
 * Event in a connection's pipeline, before its first bytes: it began with a PROXY header that is not accepted. Nothing else follows.
 *
 * @param status to answer with: 403 if the peer may not send one, 400 if it is none
 * @param detail for the log
 */
public record ProxyRefusal(int status, String detail) {}
