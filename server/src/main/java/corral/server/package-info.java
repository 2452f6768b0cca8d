/** The front: a Netty HTTP server that hands each request to a Python worker. Knows neither the daemon nor INI. */
package corral.server;
