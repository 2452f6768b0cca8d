package corral.daemon.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the control server tells its clients about the daemon besides its processes. Called on several threads: what may
 * block says so and is never called on the event loop.
 */
public interface DaemonFacts {

    /** The {@code identifier} of {@code [supervisord]}. */
    String identification();

    /** The daemon's own pid. */
    int pid();

    /** What {@code supervisor.getSupervisorVersion} answers; clients parse it, so it looks like one of Supervisor's. */
    default String supervisorVersion() {
        return "4.2.5";
    }

    /** File of the activity log, with all in it that was logged so far; empty when it goes elsewhere. May block. */
    Optional<Path> activityLog();

    /** Removes the activity log and opens it anew. May block. */
    void clearActivityLog() throws IOException;

    /** Whether the {@code supervisor.*} namespace is offered, asked once: {@code [rpcinterface:supervisor]} is there. */
    boolean supervisorInterface();
}
