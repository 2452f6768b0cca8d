package corral.daemon.os;

/** A child could not be given the credentials of its user; the message is Supervisor's. */
public final class SetuidException extends OsException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    SetuidException(int uid, String reason) {
        super("setuid", "couldn't setuid to " + uid + ": " + reason);
        this.reason = reason;
    }

    /** Why, without the uid. */
    @Override
    public String reason() {
        return reason;
    }
}
