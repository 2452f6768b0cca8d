package corral.server.options;

/**
 * Upper limits; 0 means none unless said otherwise.
 *
 * @param requestLine bytes
 * @param fields header lines, 0 is 32768
 * @param fieldSize bytes of one header line with its CR LF, 0 is 8190
 * @param head bytes of a whole head
 * @param body bytes of a request body
 * @param concurrency requests in flight; one more is answered with 503
 * @param connections open at once; further ones wait in the kernel's queue
 */
public record LimitOptions(
        int requestLine, int fields, int fieldSize, int head, long body, int concurrency, int connections) {}
