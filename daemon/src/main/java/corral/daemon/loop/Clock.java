package corral.daemon.loop;

/** The only door to time. Timers use the monotonic clock, so that setting the wall clock moves none of them. */
public interface Clock {

    /** Monotonic time in nanoseconds, as {@link System#nanoTime}. */
    long nanoTime();

    /** Wall clock in milliseconds since the epoch; for display only. */
    long epochMillis();

    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }
    };
}
