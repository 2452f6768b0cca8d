package corral.server.access;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;

/**
 * A finished request.
 *
 * @param head the request; null when none could be read (a 4xx for bytes that are no request)
 * @param clientHost address as the app sees it; null on unix sockets
 * @param clientPort 0 if unknown
 * @param status of the response sent, 101 for an accepted WebSocket
 * @param bodyBytes of the response, without framing
 * @param arrivedNanos System.nanoTime() when the head was complete
 * @param endedNanos System.nanoTime() when the response was complete
 * @param queueNanos how long it waited for a worker
 * @param workerPid 0 when none had it
 * @param workerIndex -1 when none had it
 * @param response the app's head, if the log wants it; else null
 */
public record AccessEntry(
        RequestHead head,
        String clientHost,
        int clientPort,
        String scheme,
        int status,
        long bodyBytes,
        long arrivedNanos,
        long endedNanos,
        long queueNanos,
        int workerPid,
        int workerIndex,
        ResponseHead response) {

    /** Bytes that are no request, answered with an error. */
    public static AccessEntry ofUnreadable(
            String clientHost, int clientPort, String scheme, int status, long bodyBytes, long nowNanos) {
        return new AccessEntry(
                null, clientHost, clientPort, scheme, status, bodyBytes, nowNanos, nowNanos, 0, 0, -1, null);
    }
}
