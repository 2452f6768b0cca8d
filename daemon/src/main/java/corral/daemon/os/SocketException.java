package corral.daemon.os;

/** A server cannot listen; the message is for the operator. */
public final class SocketException extends Exception {
    private static final long serialVersionUID = 1L;

    SocketException(String message) {
        super(message, null, false, false);
    }
}
