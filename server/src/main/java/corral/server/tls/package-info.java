/** Certificates, keys and TLS handlers. */
package corral.server.tls;
