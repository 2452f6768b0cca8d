package corral.it.load;

import java.util.List;
import java.util.Map;

/**
 * What a load has met.
 *
 * @param asked requests and messages of WebSockets
 * @param ok those that were answered rightly
 * @param failures all others, but for messages without an answer when a WebSocket was closed in order
 * @param byPid right answers by worker
 * @param byVersion right answers by version of the application
 * @param closes orderly ends of WebSockets that the server began, by code
 * @param crossed messages of WebSockets, {@code socket:number}, without an answer when the server closed in order
 * @param strays responses that nobody had asked for
 * @param latencies from the time that each was due, streams and WebSockets apart
 */
public record LoadResult(
        Map<Shape, Long> asked,
        Map<Shape, Long> ok,
        List<Failure> failures,
        Map<Long, Long> byPid,
        Map<String, Long> byVersion,
        Map<Integer, Long> closes,
        List<String> crossed,
        long strays,
        Latencies latencies) {

    /** Requests, without messages of WebSockets. */
    public long requests() {
        return asked.entrySet().stream()
                .filter(entry -> entry.getKey() != Shape.SOCKET)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    public long echoes() {
        return ok.getOrDefault(Shape.SOCKET, 0L);
    }
}
