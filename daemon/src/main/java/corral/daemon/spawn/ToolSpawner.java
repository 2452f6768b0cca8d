package corral.daemon.spawn;

import corral.daemon.os.OsException;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.SpawnPlan;
import java.util.concurrent.CompletableFuture;

/** Launches programs that the daemon itself needs for a moment. Any thread; answers come on the spawner and the reaper thread. */
public final class ToolSpawner {
    private final ChildSpawner spawner;
    private final ProbeExits exits;

    /** A program that runs; {@code exit} completes when it has ended. */
    public record Tool(int pid, CompletableFuture<ExitStatus> exit) {}

    /** A spawner that uses the thread of another one. */
    public ToolSpawner(ChildSpawner spawner, ProbeExits exits) {
        this.spawner = spawner;
        this.exits = exits;
    }

    /** Launches a program, in a process group of its own; fails with {@link OsException}. */
    public CompletableFuture<Tool> launch(SpawnPlan plan) {
        CompletableFuture<Tool> launched = new CompletableFuture<>();
        spawner.execute(() -> {
            CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
            int pid = 0;
            exits.begin();
            try {
                pid = spawner.launch(plan);
                launched.complete(new Tool(pid, exit));
            } catch (OsException e) {
                launched.completeExceptionally(e);
            } finally {
                exits.end(pid, exit::complete);
            }
        });
        return launched;
    }
}
