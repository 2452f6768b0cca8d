package corral.server.options;

/**
 * Times in milliseconds; 0 means never unless said otherwise.
 *
 * @param keepAliveMs an idle connection is closed after; 0: none is kept
 * @param headerMs a request head must be there within
 * @param bodyMs between two parts of a request body
 * @param sendMs a client that takes nothing for so long is cut
 * @param requestMs until a response must have begun, else 504
 * @param gracefulMs what runs at a stop may finish within
 */
public record TimeoutOptions(
        long keepAliveMs, long headerMs, long bodyMs, long sendMs, long requestMs, long gracefulMs) {}
