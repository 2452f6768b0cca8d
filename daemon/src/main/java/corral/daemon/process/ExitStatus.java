package corral.daemon.process;

/**
 * How a child ended, from the status word of wait(2).
 *
 * @param code exit status 0-255; -1 after death by a signal or when nobody knows, which is never in {@code exitcodes}
 * @param signal number of the deadly signal, 0 for none
 * @param coreDumped whether a core was written
 * @param remark what else is known of it, empty for nothing
 */
public record ExitStatus(int code, int signal, boolean coreDumped, String remark) {
    /** The process is gone and nobody knows how it ended: it was not our child, or its exit was reaped by another daemon. */
    public static final ExitStatus UNKNOWN = new ExitStatus(-1, 0, false);

    /** One of which nothing else is known. */
    public ExitStatus(int code, int signal, boolean coreDumped) {
        this(code, signal, coreDumped, "");
    }

    /** The same with something else that is known of it. */
    public ExitStatus with(String other) {
        return new ExitStatus(code, signal, coreDumped, other);
    }

    /** Decodes the status word that waitpid(2) stores (bits as in wait(2), Linux). */
    public static ExitStatus fromWaitStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0
                ? new ExitStatus(status >> 8 & 0xff, 0, false)
                : new ExitStatus(-1, signal, (status & 0x80) != 0);
    }

    /** A normal exit. */
    public static ExitStatus exited(int code) {
        return new ExitStatus(code, 0, false);
    }

    /** {@code exit status 1}, {@code terminated by SIGTERM} or {@code exit status unknown}, as the activity log says it. */
    public String text() {
        String how = signal == 0
                ? code < 0 ? "exit status unknown" : "exit status " + code
                : "terminated by " + SignalName.of(signal) + (coreDumped ? " (core dumped)" : "");
        return Description.both(how, remark);
    }
}
