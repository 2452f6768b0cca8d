package corral.server.options;

/** A text that an option does not allow; the message is that text. */
final class BadFlagException extends Exception {
    private static final long serialVersionUID = 1;

    BadFlagException(String text) {
        super(text);
    }
}
