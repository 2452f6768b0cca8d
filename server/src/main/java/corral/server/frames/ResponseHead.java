package corral.server.frames;

import java.util.List;

/**
 * Head of a response as the app gave it. Names and values were checked by the worker (token, no controls) and are bytes of one array.
 *
 * @param status 100-599; 0 for trailers and for headers of a WebSocket's accept
 * @param names and values, in the app's order; same length
 * @param trailers whether trailers will follow the body
 */
public record ResponseHead(int status, List<byte[]> names, List<byte[]> values, boolean trailers) {}
