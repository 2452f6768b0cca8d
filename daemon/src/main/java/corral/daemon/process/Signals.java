package corral.daemon.process;

/** Port to kill(2). Called on the loop; never blocks. */
public interface Signals {

    /** What kill(2) answered. */
    enum Result {
        SENT,
        /** ESRCH: it has just gone. */
        NO_SUCH_PROCESS,
        /** Anything else, EPERM as a rule. */
        FAILED
    }

    /**
     * Sends a signal.
     *
     * @param pid positive
     * @param toGroup whether the whole process group gets it
     * @param signal number, 0 to probe
     */
    Result send(int pid, boolean toGroup, int signal);
}
