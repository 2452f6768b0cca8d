package corral.ctl.daemon;

import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A daemon under control (spec/supervisor.md 4.3). One thread. Every method may throw {@link RpcFault} when the daemon
 * refuses, and {@link IOException} when it does not answer or not as it should.
 */
public interface Daemon {

    /**
     * A daemon of its kind.
     *
     * @param version of corrald
     * @param since when it began, in milliseconds since 1970; another number after an upgrade
     * @param upgradeFailure why the last upgrade did not come about; empty if there is nothing to say
     */
    record Identity(int pid, String version, String since, String upgradeFailure) {}

    /** Where it listens, as the user wrote it. */
    String url();

    /** Version of the control API. */
    String apiVersion() throws RpcFault, IOException;

    /** Version of the daemon. */
    String version() throws RpcFault, IOException;

    /** Its process id. */
    int pid() throws RpcFault, IOException;

    /** All processes, sorted by group, then name. */
    List<ProcessInfo> processes() throws RpcFault, IOException;

    /** What all processes use; empty when the daemon does not tell, as Supervisor's does not. */
    Optional<List<ProcessDetails>> details() throws RpcFault, IOException;

    /** One process by {@code group:name}. */
    ProcessInfo process(String name) throws RpcFault, IOException;

    /** Starts a process and waits until it runs. */
    void start(String name) throws RpcFault, IOException;

    /**
     * Starts processes all at once and waits.
     *
     * @return outcomes in the order of the names; empty when the daemon cannot do that, as Supervisor's cannot
     */
    Optional<List<Outcome>> startTogether(List<String> names) throws RpcFault, IOException;

    /** Stops processes all at once and waits; as {@link #startTogether}. */
    Optional<List<Outcome>> stopTogether(List<String> names) throws RpcFault, IOException;

    /** Starts the members of a group and waits. */
    List<Outcome> startGroup(String group) throws RpcFault, IOException;

    /** Starts everything and waits. */
    List<Outcome> startAll() throws RpcFault, IOException;

    /** Stops a process and waits until it is gone. */
    void stop(String name) throws RpcFault, IOException;

    /** Stops the members of a group and waits. */
    List<Outcome> stopGroup(String group) throws RpcFault, IOException;

    /** Stops everything and waits. */
    List<Outcome> stopAll() throws RpcFault, IOException;

    /** Sends a signal, by number or name, to a process. */
    void signal(String name, String signal) throws RpcFault, IOException;

    /** Sends a signal to the members of a group. */
    List<Outcome> signalGroup(String group, String signal) throws RpcFault, IOException;

    /** Sends a signal to everything. */
    List<Outcome> signalAll(String signal) throws RpcFault, IOException;

    /** Empties the logs of a process. */
    void clearLogs(String name) throws RpcFault, IOException;

    /** Empties the logs of everything. */
    List<Outcome> clearAllLogs() throws RpcFault, IOException;

    /** A part of the stdout log; a negative offset counts from the end, length 0 reads to it (spec 4.4). */
    String readStdout(String name, long offset) throws RpcFault, IOException;

    /** A part of the stderr log, likewise. */
    String readStderr(String name, long offset) throws RpcFault, IOException;

    /** A part of the activity log, likewise. */
    String readMainLog(long offset) throws RpcFault, IOException;

    /** Writes to the stdin of a process. */
    void sendStdin(String name, String text) throws RpcFault, IOException;

    /** Re-reads the configuration and says what differs. */
    Changes reread() throws RpcFault, IOException;

    /** Activates a group of the last-read configuration. */
    void addGroup(String group) throws RpcFault, IOException;

    /** Drops a stopped group. */
    void removeGroup(String group) throws RpcFault, IOException;

    /** The last-read configuration, sorted by process name. */
    List<ConfigInfo> configuration() throws RpcFault, IOException;

    /** Replaces the rolling processes of a group, each by a successor that is ready first; waits. Not Supervisor's. */
    void reload(String group) throws RpcFault, IOException;

    /** Replaces the front of a server on the same sockets; waits. Not Supervisor's. */
    void upgrade(String group) throws RpcFault, IOException;

    /**
     * Has the daemon become the installed version of corrald; returns that when it is about to. Not Supervisor's.
     *
     * @throws RpcFault FAILED with the reason, and nothing has changed
     */
    String upgrade() throws RpcFault, IOException;

    /** Which daemon it is: another one after an upgrade, though with the same pid. Not Supervisor's. */
    Identity identity() throws RpcFault, IOException;

    /** Changes the number of processes of a group; waits. Not Supervisor's. */
    void scale(String group, int processes) throws RpcFault, IOException;

    /**
     * Applies the last-read configuration to a group without a gap; waits.
     *
     * @return false, and nothing was done, when the group must be restarted for that, or the daemon cannot do it at all
     */
    boolean update(String group) throws RpcFault, IOException;

    /** Begins the shutdown. */
    void shutdown() throws RpcFault, IOException;

    /** Begins stop, re-read and start. */
    void restart() throws RpcFault, IOException;

    /** A log that is followed over a connection of its own; not connected yet. */
    LogStream log(String path);

    /** Ends the connection; the next call opens a new one. */
    void disconnect();
}
