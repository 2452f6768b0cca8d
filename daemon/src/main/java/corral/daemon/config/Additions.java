package corral.daemon.config;

import java.util.List;
import java.util.Optional;

/**
 * The options of a process that Supervisor does not have.
 *
 * @param notifies whether it says by sd_notify(3) when it is ready; RUNNING then means that
 * @param watchdogSecs seconds within which it must say that it is alive, 0 for never; counts with {@code notifies} only
 * @param exitOnFatal whether the daemon ends when the process becomes FATAL
 * @param surge how many processes of its group may run beyond their number while they are replaced, 1-100; 0: it is not
 *     rolling, its successor starts when it has ended
 * @param maxMemory resident bytes beyond which it is replaced or restarted, 0 for no limit
 * @param dependsOn names of programs and groups that must be ready before it starts
 * @param healthCheck how to see that it does its work
 * @param sockets listening sockets that it inherits
 * @param backoff how long it waits for its next start
 * @param limits what it may use
 * @param role its part in a server; empty for ordinary programs
 */
public record Additions(
        boolean notifies,
        int watchdogSecs,
        boolean exitOnFatal,
        int surge,
        long maxMemory,
        List<String> dependsOn,
        Optional<HealthCheck> healthCheck,
        Optional<ListenConfig> sockets,
        Backoff backoff,
        Limits limits,
        Optional<ServerRole> role) {

    /** What an ordinary program has. */
    public static final Additions NONE = new Additions(
            false,
            0,
            false,
            0,
            0,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Backoff.SUPERVISOR,
            Limits.NONE,
            Optional.empty());

    /** Whether its successor starts before it ends. */
    public boolean isRolling() {
        return surge > 0;
    }

    /** The same with other self-reports: {@link #notifies} and {@link #watchdogSecs}. */
    public Additions withNotify(boolean speaks, int watchdog) {
        return new Additions(
                speaks,
                watchdog,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with another {@link #exitOnFatal}. */
    public Additions withExitOnFatal(boolean exits) {
        return new Additions(
                notifies,
                watchdogSecs,
                exits,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with another {@link #surge}. */
    public Additions withSurge(int extra) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                extra,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with another {@link #maxMemory}. */
    public Additions withMaxMemory(long bytes) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                bytes,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with other {@link #dependsOn}. */
    public Additions withDependsOn(List<String> names) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                names,
                healthCheck,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with another {@link #healthCheck}. */
    public Additions withHealthCheck(Optional<HealthCheck> check) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                check,
                sockets,
                backoff,
                limits,
                role);
    }

    /** The same with other {@link #sockets}. */
    public Additions withSockets(Optional<ListenConfig> listen) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                listen,
                backoff,
                limits,
                role);
    }

    /** The same with another {@link #backoff}. */
    public Additions withBackoff(Backoff waits) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                waits,
                limits,
                role);
    }

    /** The same with other {@link #limits}. */
    public Additions withLimits(Limits other) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                other,
                role);
    }

    /** The same with another role. */
    public Additions withRole(ServerRole other) {
        return new Additions(
                notifies,
                watchdogSecs,
                exitOnFatal,
                surge,
                maxMemory,
                dependsOn,
                healthCheck,
                sockets,
                backoff,
                limits,
                Optional.of(other));
    }
}
