package corral.ctl.commands;

/** Catches Ctrl-C. */
@FunctionalInterface
public interface Interrupts {

    /**
     * Runs {@code action}, on a thread of its own, at every Ctrl-C from now on, instead of dying of it.
     *
     * @return goes back to what Ctrl-C did before
     */
    Runnable onInterrupt(Runnable action);
}
