package corral.it.lifecycle;

/** A server does not have what a scenario is about. */
public final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported(String why) {
        super(why);
    }
}
