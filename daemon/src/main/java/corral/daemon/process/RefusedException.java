package corral.daemon.process;

/** A command was refused. Expected; carries no stack trace. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;
    private final String detail;

    /**
     * A refusal.
     *
     * @param refusal the kind
     * @param detail the name as given, a path or a message; empty for none
     */
    public RefusedException(Refusal refusal, String detail) {
        super(detail.isEmpty() ? refusal.name() : refusal.name() + ": " + detail, null, false, false);
        this.refusal = refusal;
        this.detail = detail;
    }

    /** The kind. */
    public Refusal refusal() {
        return refusal;
    }

    /** The name as given, a path or a message; empty for none. */
    public String detail() {
        return detail;
    }
}
