package corral.daemon.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

    /** Version of corrald itself. */
    default String release() {
        return "unknown";
    }

    /** When this daemon began, in milliseconds since 1970: an upgrade in place begins another one with the same pid. */
    default long sinceMs() {
        return 0;
    }

    /** Becomes the installed version of corrald in place; completes with its version just before that happens. */
    default CompletableFuture<String> upgrade() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /** Why the last upgrade did not come about; empty if there is nothing to say. */
    default String upgradeFailure() {
        return "";
    }

    /** File of the activity log, with all in it that was logged so far; empty when it goes elsewhere. May block. */
    Optional<Path> activityLog();

    /** Removes the activity log and opens it anew. May block. */
    void clearActivityLog() throws IOException;

    /** Whether the {@code supervisor.*} namespace is offered, asked once: {@code [rpcinterface:supervisor]} is there. */
    boolean supervisorInterface();
}
