package corral.server.tls;

/** A certificate, key or setting that cannot be used; the message names the file and what was expected of it. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
