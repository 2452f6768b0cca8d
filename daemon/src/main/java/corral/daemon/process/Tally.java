package corral.daemon.process;

/**
 * How many processes are in which condition, for one line to people.
 *
 * @param daemon what the daemon is doing
 * @param total processes of the active groups
 * @param running those in RUNNING
 * @param fatal those in FATAL
 * @param alive those that have yet to end before a shutdown or restart is done
 */
public record Tally(SupervisorState daemon, int total, int running, int fatal, int alive) {

    /** {@code 12 of 14 processes running, 1 in FATAL}. */
    public String text() {
        return switch (daemon) {
            case RUNNING ->
                running + " of " + total + (total == 1 ? " process" : " processes") + " running"
                        + (fatal == 0 ? "" : ", " + fatal + " in FATAL");
            case RESTARTING -> "restarting, " + alive + " to stop";
            case SHUTDOWN -> "shutting down, " + alive + " to stop";
            case FATAL -> "in FATAL";
        };
    }
}
