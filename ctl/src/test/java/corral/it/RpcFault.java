package corral.it;

/** A fault that a daemon answered to an XML-RPC call. */
public final class RpcFault extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;

    RpcFault(int code, String text) {
        super(code + " " + text);
        this.code = code;
    }

    /** The number in spec/supervisor.md 4.2. */
    int code() {
        return code;
    }
}
