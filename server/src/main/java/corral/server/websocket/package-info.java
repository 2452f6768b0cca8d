/** RFC 6455 towards the client. */
package corral.server.websocket;
