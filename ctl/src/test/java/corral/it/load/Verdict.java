package corral.it.load;

/** What became of a request or of a message of a WebSocket. */
public enum Verdict {
    OK("ok"),
    /** No connection could be made. */
    REFUSED("refused"),
    /** The connection was reset before a byte of the response. */
    RESET("reset"),
    /** The connection was closed in order before a byte of the response. */
    CLOSED("closed"),
    /**
     * Reset or closed before a byte of the response on a connection that had served before: maybe the server closed an idle
     * connection in the moment of sending. RFC 9112 9.3.1 lets a client send an idempotent request again then.
     */
    CLOSED_REUSED("closed in reuse"),
    /** Another status than 200. */
    STATUS("status"),
    /** No whole response within the time allowed. */
    TIMEOUT("timeout"),
    /** The response began, but an end or a part of it is missing. */
    TRUNCATED("truncated"),
    /** Bytes differ from what was sent, in either direction. */
    CORRUPT("corrupt"),
    /** Something came twice, or an answer that nobody had asked for. */
    DUPLICATED("duplicated"),
    /** The answer to another request. */
    MISDELIVERED("misdelivered"),
    /** A message of a WebSocket was never echoed. */
    LOST("lost echo"),
    /** A WebSocket ended otherwise than by 1000, 1001 or 1012. */
    ABNORMAL("abnormal close");

    private final String title;

    Verdict(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
