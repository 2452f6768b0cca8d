package corral.server;

/** Signals of the process. Handlers run on a thread of their own each. */
final class Signals {
    private Signals() {}

    /**
     * Calls action at each signal.
     *
     * @param name without SIG, for example TERM
     */
    static void on(String name, Runnable action) {
        org.jline.utils.Signals.register(name, action);
    }
}
