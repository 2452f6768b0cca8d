package corral.daemon.config;

import java.util.Locale;

/** The resource limits of a process (getrlimit(2)) that can be set, with their numbers on Linux. */
public enum Rlimit {
    CPU(0, false),
    FSIZE(1, true),
    DATA(2, true),
    STACK(3, true),
    CORE(4, true),
    NPROC(6, false),
    NOFILE(7, false),
    MEMLOCK(8, true),
    AS(9, true),
    NICE(13, false),
    RTPRIO(14, false);

    /** What stands for no limit. */
    public static final long UNLIMITED = -1;

    private final int number;
    private final boolean bytes;

    Rlimit(int number, boolean bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /** The option that sets it. */
    public String key() {
        return "rlimit_" + name().toLowerCase(Locale.ROOT);
    }

    boolean isBytes() {
        return bytes;
    }

    /**
     * Both values of a limit, {@link #UNLIMITED} for none.
     *
     * @param soft what counts, and what the process may raise
     * @param hard up to which
     */
    public record Value(long soft, long hard) {}
}
