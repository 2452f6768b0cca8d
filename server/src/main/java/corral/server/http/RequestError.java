package corral.server.http;

/** A request that is answered by the server itself with an error; the connection is closed after it. */
final class RequestError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status 400-599
     * @param detail for the log, never sent to the client
     */
    RequestError(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
