package corral.daemon.process;

import java.util.function.BooleanSupplier;

/** Who keeps a process: is asked before it starts by itself, and hears what becomes of it. Loop thread. */
interface Keeper {

    /** A number for its next launch, unique among those of its daemon. */
    int numberOfLaunch(ManagedProcess process);

    /** Whether it may start again by itself. */
    boolean mayRestart(ManagedProcess process);

    /** Something of it has changed that the next daemon must know. */
    default void onChange(ManagedProcess process) {}

    /** Runs something as soon as what is known of it is written down. */
    default void whenWritten(Runnable then) {
        then.run();
    }

    /** Its state has changed; it is still inside its own event. */
    void onTransition(ManagedProcess process, Transition transition);

    /** It is healthy again. */
    default void onReadyAgain(ManagedProcess process) {}

    /** It asks for a successor, until which it goes on. */
    void onReplaceAsked(ManagedProcess process, String reason);

    /** It runs, and is about to end by its own decision. */
    void onLeaving(ManagedProcess process);

    /** It was retired, and nothing of it is left. May come more than once. */
    void onGone(ManagedProcess process);

    /** One that keeps a process that is alone in the world. */
    static Keeper of(BooleanSupplier mayRestart) {
        return new Keeper() {
            private int launches;

            @Override
            public int numberOfLaunch(ManagedProcess process) {
                return ++launches;
            }

            @Override
            public boolean mayRestart(ManagedProcess process) {
                return mayRestart.getAsBoolean();
            }

            @Override
            public void onTransition(ManagedProcess process, Transition transition) {}

            @Override
            public void onReplaceAsked(ManagedProcess process, String reason) {}

            @Override
            public void onLeaving(ManagedProcess process) {}

            @Override
            public void onGone(ManagedProcess process) {}
        };
    }
}
