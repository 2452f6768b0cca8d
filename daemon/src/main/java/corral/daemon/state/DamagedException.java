package corral.daemon.state;

/** What was written cannot be read: it is not trusted. The message says what is wrong with it. */
final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
        super(message);
    }
}
