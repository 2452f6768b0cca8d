package corral.it.load;

/**
 * A request that did not end well.
 *
 * @param id unique; for a message of a WebSocket the socket's id, a colon and the message's number
 * @param detail for people: the reason, the body of an error, or what was found instead
 * @param status of the response, or the code of a WebSocket's close; 0 if there was none
 * @param sentNs when it was sent, as {@link System#nanoTime()}; when it was due if it never was
 * @param endNs when that was known
 * @param pid who answered the head or the last message, 0 if nobody
 */
public record Failure(
        String id, Shape shape, Verdict verdict, String detail, int status, long sentNs, long endNs, long pid) {
    /** How it is counted: the status, the close code, or the verdict's title. */
    public String kind() {
        return switch (verdict) {
            case STATUS -> Integer.toString(status);
            case ABNORMAL -> "close " + status;
            default -> verdict.title();
        };
    }

    /** Whether the answer that was asked for had begun. */
    public boolean begun() {
        return status == 200;
    }
}
