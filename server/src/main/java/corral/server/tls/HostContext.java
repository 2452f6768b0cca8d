package corral.server.tls;

import io.netty.handler.ssl.SslContext;

/**
 * What serves one server name.
 *
 * @param certificate the server's own, in PEM
 */
record HostContext(SslContext context, String certificate) {}
