package corral.daemon.loop;

/**
 * One thread that runs named events in order and keyed deadlines when they are due. Whoever owns state on the loop is
 * only ever called by it.
 */
public interface Loop {

    /**
     * Appends an event. Any thread.
     *
     * @param name shown when the event fails or takes long
     */
    void post(String name, Runnable event);

    /**
     * Runs an event once when {@code deadlineNs} is reached; an earlier deadline of the same key is replaced. Loop thread only.
     *
     * @param key identity of the deadline, compared with equals
     * @param deadlineNs on the scale of {@link #nowNs}
     */
    void at(Object key, long deadlineNs, String name, Runnable event);

    /** Forgets the deadline of a key, if there is one. Loop thread only. */
    void cancel(Object key);

    /** Monotonic time in nanoseconds. */
    long nowNs();

    /** Wall clock in milliseconds since the epoch. */
    long epochMs();

    /**
     * Monotonic time, in nanoseconds, in which the loop had something to do and could not, because the whole daemon was stopped
     * or starved; it only grows. Whoever judges others by the time they take leaves it out: they were not heard meanwhile. Loop
     * thread only.
     */
    default long lostNs() {
        return 0;
    }

    /** Whether the caller runs on the loop. */
    boolean onLoop();
}
