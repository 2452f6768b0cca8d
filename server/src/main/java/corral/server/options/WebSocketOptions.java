package corral.server.options;

/**
 * WebSockets.
 *
 * @param maxSize bytes of a message, inflated
 * @param maxQueue messages that may wait for the app
 * @param pingIntervalMs 0: none are sent
 * @param pingTimeoutMs 0: an answer is not waited for
 */
public record WebSocketOptions(
        boolean enabled, int maxSize, int maxQueue, long pingIntervalMs, long pingTimeoutMs, boolean deflate) {}
