package corral.daemon.logs;

/** Where lines for the system log go. */
public interface SyslogLines {

    /** Sends one line. */
    void send(String line);
}
