/** Which worker gets a request; waiting, draining, loss. */
package corral.server.pool;
