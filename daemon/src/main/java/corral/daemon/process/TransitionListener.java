package corral.daemon.process;

/** Hears every change of state, on the supervision loop, after the change. */
public interface TransitionListener {

    /** Must be short and must not block. */
    void onTransition(Transition transition);
}
