package corral.daemon.rpc;

import java.io.IOException;

/** The server could not be reached, or what it sent is no HTTP or no XML-RPC. */
public final class TransportException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Nobody listens there. */
        REFUSED,
        /** The path of the Unix socket does not exist. */
        NO_SUCH_FILE,
        /** The path of the Unix socket may not be used. */
        FORBIDDEN,
        /** The host name has no address. */
        UNKNOWN_HOST,
        /** No route, a timeout, or anything else before the connection stood. */
        UNREACHABLE,
        /** The connection broke. */
        LOST,
        /** The server closed the connection before it answered. */
        CLOSED,
        /** The answer cannot be understood. */
        GARBLED
    }

    private final Kind kind;

    /** A failure with the system's or the parser's own words. */
    public TransportException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }
}
