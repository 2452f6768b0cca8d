package corral.daemon.rpc;

import java.io.IOException;

/** The server answered with a status other than 200. */
public final class HttpStatusException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** The status and its reason phrase as the server gave them. */
    public HttpStatusException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    /** Such as 401. */
    public int status() {
        return status;
    }
}
