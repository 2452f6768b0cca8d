package corral.daemon.os;

import jnr.ffi.Pointer;

/** syslog(3) with the default facility, as Python's syslog module uses it. Thread-safe; blocks if the logger's socket does. */
public final class Syslog {
    private static final int LOG_PID = 1;
    private static final int LOG_USER = 8;
    private static final int LOG_INFO = 6;

    private final Native os;
    // openlog keeps the pointer, so the memory must live as long as this.
    private final Pointer ident;

    /** Opens the system log under a name. */
    public Syslog(Native os, String name) {
        this.os = os;
        this.ident = os.allocate(name.length() + 1);
        ident.putString(0, name, name.length() + 1, java.nio.charset.StandardCharsets.US_ASCII);
        os.libc().openlog(ident, LOG_PID, LOG_USER);
    }

    /** Sends one line. */
    public void send(String line) {
        os.libc().syslog(LOG_INFO | LOG_USER, "%s", line);
    }

    /** The name under which lines are sent. */
    public String name() {
        return ident.getString(0);
    }
}
