package corral.daemon.health;

import corral.daemon.process.ExitStatus;
import corral.daemon.process.Signals;
import corral.daemon.spawn.ProbeSpawner;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs a command as the process itself would be run: it must exit with 0. The first line that it writes says why it did not. */
final class ExecProbe extends Probe {
    private static final int SIGKILL = 9;

    private final Prober prober;
    private final Tools tools;
    private final ProbeSpawner.Request request;
    private Optional<ProbeSpawner.Child> child = Optional.empty();
    private Optional<ExitStatus> exit = Optional.empty();

    /** What it needs of the daemon. */
    record Tools(ProbeSpawner spawner, Signals signals) {}

    /** Its time, monotonic, and why it has failed when that is over. */
    record Limit(long deadlineNs, String late) {}

    ExecProbe(
            Prober prober, Tools tools, ProbeSpawner.Request request, Limit limit, Consumer<Optional<String>> answer) {
        super(limit.deadlineNs(), limit.late(), answer);
        this.prober = prober;
        this.tools = tools;
        this.request = request;
    }

    @Override
    void begin() {
        tools.spawner().spawn(request, new ProbeSpawner.Listener() {
            @Override
            public void onSpawned(ProbeSpawner.Child spawned) {
                prober.execute(() -> ExecProbe.this.onSpawned(spawned));
            }

            @Override
            public void onFailed(String reason) {
                prober.execute(() -> fail(reason));
            }

            @Override
            public void onExited(ExitStatus status) {
                prober.execute(() -> ExecProbe.this.onExited(status));
            }
        });
    }

    private void onSpawned(ProbeSpawner.Child spawned) {
        child = Optional.of(spawned);
        if (isOver()) {
            close();
        } else {
            judge();
        }
    }

    /** May come before the launch has been announced. */
    private void onExited(ExitStatus status) {
        exit = Optional.of(status);
        judge();
    }

    private void judge() {
        if (isOver() || exit.isEmpty() || child.isEmpty()) {
            return;
        }
        tick();
        if (exit.get().code() == 0) {
            succeed();
            end();
        } else {
            String line = child.get().firstLine();
            fail(line.isEmpty() ? exit.get().text() : line);
        }
    }

    @Override
    boolean wantsTicks() {
        return child.isPresent();
    }

    /** Else it would have to wait for room to write. */
    @Override
    void tick() {
        child.ifPresent(ProbeSpawner.Child::read);
    }

    @Override
    void close() {
        child.ifPresent(spawned -> {
            spawned.close();
            // What it leaves in its process group has no reason to stay, either.
            tools.signals().send(spawned.pid(), true, SIGKILL);
        });
    }
}
