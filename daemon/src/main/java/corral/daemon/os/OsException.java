package corral.daemon.os;

import java.io.IOException;
import jnr.constants.platform.Errno;

/** A system call failed: which step, with which errno, on what. */
public class OsException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String step;
    private final int errno;

    /**
     * A failure.
     *
     * @param step name of the call or of what it was for
     * @param subject path, user or number it was called with; empty for none
     * @param errno positive
     */
    public OsException(String step, String subject, int errno) {
        super(step + (subject.isEmpty() ? "" : " " + subject) + ": " + reason(errno));
        this.step = step;
        this.errno = errno;
    }

    /** A failure without an errno of its own. */
    protected OsException(String step, String message) {
        super(message);
        this.step = step;
        this.errno = 0;
    }

    /** Name of the call or of what it was for. */
    public String step() {
        return step;
    }

    /** The error number. */
    public int errno() {
        return errno;
    }

    /** {@code ENOENT} and the like. */
    public String errnoName() {
        return name(errno);
    }

    /** Why, without the step and what it was for: {@code ENOSPC (No space left on device)}. */
    public String reason() {
        return errno == 0 ? getMessage() : reason(errno);
    }

    private static String reason(int errno) {
        return name(errno) + " (" + text(errno) + ")";
    }

    /** The symbol of an error number, or the number when it has none. */
    static String name(int errno) {
        Errno known = Errno.valueOf(errno);
        return known == Errno.__UNKNOWN_CONSTANT__ ? Integer.toString(errno) : known.name();
    }

    private static String text(int errno) {
        Errno known = Errno.valueOf(errno);
        return known == Errno.__UNKNOWN_CONSTANT__ ? "error " + errno : known.description();
    }
}
