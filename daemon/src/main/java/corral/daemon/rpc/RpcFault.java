package corral.daemon.rpc;

/** A call was answered with a fault. Expected; carries no stack trace. */
public final class RpcFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    /** A fault whose text is its name. */
    public RpcFault(Fault fault) {
        this(fault.code(), fault.name());
    }

    /** A fault whose text is {@code NAME: detail}, the detail being a name as given, a path or a message. */
    public RpcFault(Fault fault, String detail) {
        this(fault.code(), fault.name() + ": " + detail);
    }

    /** A fault as it came over the wire; {@code code} may be unknown to {@link Fault}. */
    public RpcFault(int code, String faultString) {
        super(faultString, null, false, false);
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The text on the wire. */
    public String faultString() {
        return getMessage();
    }

    /** Whether this is the given fault. */
    public boolean is(Fault fault) {
        return code == fault.code();
    }
}
