/** Who a client really is: trusted addresses, forwarded headers, the PROXY protocol. */
package corral.server.proxy;
