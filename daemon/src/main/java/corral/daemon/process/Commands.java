package corral.daemon.process;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the outside may ask of the supervisor. Any thread may call; the work is done on the supervision loop and the
 * futures complete there, so continuations must be short and must not block. A refusal completes a future with
 * {@link RefusedException}.
 *
 * <p>Every method but {@link #state} and {@link #remoteCommEvent} is refused with {@link Refusal#SHUTDOWN_STATE} while
 * the daemon shuts down or reloads.
 */
public interface Commands {

    /** State of the daemon; never refused. */
    SupervisorState state();

    /** All processes, sorted by group name, then process name. */
    CompletableFuture<List<ProcessSnapshot>> processes();

    /** One process. Refused: BAD_NAME with {@code namespec} as given. */
    CompletableFuture<ProcessSnapshot> process(String group, String name, String namespec);

    /**
     * Starts a process.
     *
     * @param wait whether to complete only once it is RUNNING or has failed; else after the launch attempt
     * @param namespec the name as the client gave it, for refusals
     */
    CompletableFuture<Void> start(String group, String name, String namespec, boolean wait);

    /** Starts the members of a group that are not in a running state; outcomes in completion order. BAD_NAME. */
    CompletableFuture<List<Outcome>> startGroup(String group, boolean wait);

    /** Starts all processes that are not in a running state, by priority; outcomes in completion order. */
    CompletableFuture<List<Outcome>> startAll(boolean wait);

    /** Stops a process. Refused: BAD_NAME, NOT_RUNNING, FAILED. */
    CompletableFuture<Void> stop(String group, String name, String namespec, boolean wait);

    /** Stops the running members of a group. BAD_NAME. */
    CompletableFuture<List<Outcome>> stopGroup(String group, boolean wait);

    /** Stops all running processes. */
    CompletableFuture<List<Outcome>> stopAll(boolean wait);

    /**
     * Replaces the rolling processes of a group one after another, each by a successor that is ready before the old one is stopped; completes when
     * that is done. Refused: BAD_NAME; FAILED with the reason, after which the old ones go on.
     */
    CompletableFuture<Void> reload(String group);

    /** Replaces the front of a server on the same listening sockets. Refused: BAD_NAME; FAILED with the reason. */
    CompletableFuture<Void> upgrade(String group);

    /**
     * Changes the number of processes of a group, until the configuration says another number.
     *
     * @param processes 0-1000; of a server: workers
     */
    CompletableFuture<Void> scale(String group, int processes);

    /**
     * Applies the last-read configuration to a group without a gap; false if that cannot be, nothing has changed then. Refused: BAD_NAME; FAILED with
     * the reason.
     */
    CompletableFuture<Boolean> update(String group);

    /** Sends a signal by number to the pid, never to the process group. Refused: BAD_NAME, NOT_RUNNING, FAILED. */
    CompletableFuture<Void> signal(String group, String name, String namespec, int signal);

    /** Signals the signallable members of a group. BAD_NAME. */
    CompletableFuture<List<Outcome>> signalGroup(String group, int signal);

    /** Signals all signallable processes. */
    CompletableFuture<List<Outcome>> signalAll(int signal);

    /** Queues bytes for the stdin of a process. Refused: BAD_NAME, NOT_RUNNING, NO_FILE when stdin is closed. */
    CompletableFuture<Void> writeStdin(String group, String name, String namespec, byte[] bytes);

    /** Empties the log files of a process. Refused: BAD_NAME, FAILED. */
    CompletableFuture<Void> clearLogs(String group, String name, String namespec);

    /** Empties the log files of all processes. */
    CompletableFuture<List<Outcome>> clearAllLogs();

    /** Re-reads the configuration and says what differs; applies nothing. Refused: CANT_REREAD with the first error. */
    CompletableFuture<GroupDiff> reloadConfig();

    /** Activates a group of the last-read configuration. Refused: BAD_NAME, ALREADY_ADDED. */
    CompletableFuture<Void> addGroup(String group);

    /** Drops a group whose members are all stopped. Refused: BAD_NAME, STILL_RUNNING. */
    CompletableFuture<Void> removeGroup(String group);

    /** The last-read configuration, sorted by process name. */
    CompletableFuture<List<ConfiguredProcess>> configuration();

    /** Sends a REMOTE_COMMUNICATION event; never refused. */
    CompletableFuture<Void> remoteCommEvent(String type, String data);

    /** Begins the orderly shutdown; completes at once. */
    CompletableFuture<Void> shutdown();

    /** Begins stop, re-read and start in the same process; completes at once. */
    CompletableFuture<Void> restart();
}
