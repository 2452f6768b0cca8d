package corral.server;

/** Signals of the process. Handlers run on a thread of their own each. */
@SuppressWarnings("sunapi")
final class Signals {
    private Signals() {}

    /**
     * Calls action at each signal.
     *
     * @param name without SIG, for example TERM
     */
    static void on(String name, Runnable action) {
        sun.misc.Signal.handle(new sun.misc.Signal(name), received -> action.run());
    }
}
