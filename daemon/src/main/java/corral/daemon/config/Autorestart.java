package corral.daemon.config;

/** What happens after an exit from RUNNING (spec/supervisor.md 2.4, {@code autorestart}). */
public enum Autorestart {
    /** Never restarted. */
    NEVER,
    /** Restarted when the status is not in {@code exitcodes}; death by a signal never is. */
    UNEXPECTED,
    /** Always restarted. */
    ALWAYS;

    /** Whether an exit leads to a new start; {@code expected}: its status is in {@code exitcodes}. */
    public boolean isDue(boolean expected) {
        return this == ALWAYS || (this == UNEXPECTED && !expected);
    }
}
