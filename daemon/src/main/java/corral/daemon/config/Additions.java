package corral.daemon.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
        return with(draft -> {
            draft.notifies = speaks;
            draft.watchdogSecs = watchdog;
        });
    }

    /** The same with another {@link #exitOnFatal}. */
    public Additions withExitOnFatal(boolean exits) {
        return with(draft -> draft.exitOnFatal = exits);
    }

    /** The same with another {@link #surge}. */
    public Additions withSurge(int extra) {
        return with(draft -> draft.surge = extra);
    }

    /** The same with another {@link #maxMemory}. */
    public Additions withMaxMemory(long bytes) {
        return with(draft -> draft.maxMemory = bytes);
    }

    /** The same with other {@link #dependsOn}. */
    public Additions withDependsOn(List<String> names) {
        return with(draft -> draft.dependsOn = names);
    }

    /** The same with another {@link #healthCheck}. */
    public Additions withHealthCheck(Optional<HealthCheck> check) {
        return with(draft -> draft.healthCheck = check);
    }

    /** The same with other {@link #sockets}. */
    public Additions withSockets(Optional<ListenConfig> listen) {
        return with(draft -> draft.sockets = listen);
    }

    /** The same with another {@link #backoff}. */
    public Additions withBackoff(Backoff waits) {
        return with(draft -> draft.backoff = waits);
    }

    /** The same with other {@link #limits}. */
    public Additions withLimits(Limits other) {
        return with(draft -> draft.limits = other);
    }

    /** The same with another role. */
    public Additions withRole(ServerRole other) {
        return with(draft -> draft.role = Optional.of(other));
    }

    private Additions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.build();
    }

    /** The same, as far as it can be changed. */
    private static final class Draft {
        private boolean notifies;
        private int watchdogSecs;
        private boolean exitOnFatal;
        private int surge;
        private long maxMemory;
        private List<String> dependsOn;
        private Optional<HealthCheck> healthCheck;
        private Optional<ListenConfig> sockets;
        private Backoff backoff;
        private Limits limits;
        private Optional<ServerRole> role;

        Draft(Additions of) {
            notifies = of.notifies;
            watchdogSecs = of.watchdogSecs;
            exitOnFatal = of.exitOnFatal;
            surge = of.surge;
            maxMemory = of.maxMemory;
            dependsOn = of.dependsOn;
            healthCheck = of.healthCheck;
            sockets = of.sockets;
            backoff = of.backoff;
            limits = of.limits;
            role = of.role;
        }

        Additions build() {
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
                    role);
        }
    }
}
