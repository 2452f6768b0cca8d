package corral.daemon.config;

import java.util.Optional;

/**
 * The options of a process that Supervisor does not have.
 *
 * @param notifies whether it says by sd_notify(3) when it is ready; RUNNING then means that
 * @param watchdogSecs seconds within which it must say that it is alive, 0 for never; counts with {@code notifies} only
 * @param exitOnFatal whether the daemon ends when the process becomes FATAL
 * @param role its part in a server; empty for ordinary programs
 */
public record Additions(boolean notifies, int watchdogSecs, boolean exitOnFatal, Optional<ServerRole> role) {

    /** What an ordinary program has. */
    public static final Additions NONE = new Additions(false, 0, false, Optional.empty());

    /** The same with another role. */
    Additions with(ServerRole other) {
        return new Additions(notifies, watchdogSecs, exitOnFatal, Optional.of(other));
    }
}
