package corral.daemon.process;

import corral.daemon.config.Additions;
import corral.daemon.config.Autorestart;
import corral.daemon.config.LogTarget;
import corral.daemon.config.Origin;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A command that the daemon runs for itself, in its own directory and environment: a process of no group that nobody sees. Loop
 * thread.
 */
final class Errand {
    private static final int TERM = 15;
    private static final int STOPWAITSECS = 5;
    private static final long LOG_BYTES = 1 << 20;
    /** Longer than that nobody waits for it. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final Supervisor supervisor;
    private final ManagedProcess process;

    /** One that each {@link #run} runs anew. */
    Errand(Supervisor supervisor, String name, String command) {
        this.supervisor = supervisor;
        this.process = supervisor.make("corral", config(name, command));
    }

    String command() {
        return process.config().command();
    }

    /**
     * Runs it; not while it runs.
     *
     * @return completes when it has ended with status 0, else with FAILED: the reason and what it wrote
     */
    CompletableFuture<Void> run() {
        FirstWords words = new FirstWords(process, supervisor.ports().outputs());
        supervisor
                .ports()
                .loop()
                .at(
                        this,
                        supervisor.ports().loop().nowNs() + PATIENCE_NS,
                        "end of patience",
                        () -> process.stop(false));
        return process.start(false)
                .handle((started, refused) -> null)
                .thenCompose(started -> process.whenStopped())
                .thenCompose(ended -> {
                    supervisor.ports().loop().cancel(this);
                    return process.state() == State.EXITED
                                    && process.snapshot().spawnError().isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : words.after(process.failure()).thenCompose(text -> Refused.of(Refusal.FAILED, text));
                });
    }

    private static ProcessConfig config(String name, String command) {
        StreamConfig log = new StreamConfig(new LogTarget.Auto(), LOG_BYTES, 0, 0, false, false);
        return new ProcessConfig(
                name,
                name,
                Origin.NOWHERE,
                command,
                Optional.empty(),
                OptionalInt.empty(),
                0,
                false,
                0,
                0,
                Autorestart.NEVER,
                Set.of(0),
                TERM,
                STOPWAITSECS,
                true,
                true,
                Optional.empty(),
                true,
                log,
                log,
                Map.of(),
                Optional.empty(),
                false,
                Additions.NONE);
    }
}
