package corral.daemon.rpc;

/** A body is not a well-formed XML-RPC message, or is beyond the reader's limits. Carries no stack trace. */
public final class MalformedRpcException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for a log line. */
    public MalformedRpcException(String message) {
        super(message, null, false, false);
    }
}
