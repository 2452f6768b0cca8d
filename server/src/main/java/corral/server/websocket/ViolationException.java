package corral.server.websocket;

/** The client broke a rule of RFC 6455 or 7692, or a limit: the connection is failed with this close code. */
final class ViolationException extends Exception {
    private final int code;

    ViolationException(int code, String reason) {
        // No stack trace: what the client sends decides how often this is made.
        super(reason, null, false, false);
        this.code = code;
    }

    /** Of the close, RFC 6455 7.4.1. */
    int code() {
        return code;
    }

    static ViolationException protocol(String reason) {
        return new ViolationException(CloseCode.PROTOCOL_ERROR, reason);
    }

    static ViolationException invalidText() {
        return new ViolationException(CloseCode.INVALID_DATA, "invalid UTF-8");
    }

    static ViolationException tooBig(int maxSize) {
        return new ViolationException(CloseCode.TOO_BIG, "message over " + maxSize + " bytes");
    }
}
