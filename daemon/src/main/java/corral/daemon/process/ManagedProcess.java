package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ProcessConfig;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One supervised process: Supervisor's state machine (spec/supervisor.md 3.2). Lives on the loop; one method per event.
 *
 * <p>Only {@link #change} writes the state. A deadline belongs to a state: entering another one cancels it.
 */
public final class ManagedProcess {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int SIGKILL = 9;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** What a deadline of this process is for; with the process it is the deadline's key. */
    private enum Timer {
        STARTSECS,
        BACKOFF,
        STOPWAIT
    }

    private record Key(ManagedProcess process, Timer timer) {}

    /** Somebody who waits for a start or stop to end. */
    private record Waiter(Awaited awaited, CompletableFuture<Void> future) {}

    private enum Awaited {
        LAUNCHED,
        RUNNING,
        STOPPED
    }

    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
    private final Ports ports;
    private final BooleanSupplier mayRestart;
    private final Leftovers leftovers;
    private final List<Waiter> waiters = new ArrayList<>();

    private State state = State.STOPPED;
    private boolean spawning;
    private int pid;
    private int tries;
    private long startNs;
    private long startEpochMs;
    private long stopEpochMs;
    private long killAtNs;
    private ExitStatus lastExit;
    private String spawnError = "";

    /**
     * A process that has never been started.
     *
     * @param mayRestart whether the daemon is in a state in which processes are restarted
     */
    public ManagedProcess(String group, ProcessConfig config, Ports ports, BooleanSupplier mayRestart) {
        this.group = group;
        this.config = config;
        this.ports = ports;
        this.mayRestart = mayRestart;
        this.leftovers = new Leftovers(ports, config);
        this.logs = ports.outputs().activate(group, config);
    }

    /** The group's name. */
    public String group() {
        return group;
    }

    /** The configuration it runs with. */
    public ProcessConfig config() {
        return config;
    }

    /** The process name without its group. */
    public String name() {
        return config.name();
    }

    /** {@code group:name}, or the name alone when both are equal (spec/supervisor.md 1.8). */
    public String namespec() {
        return group.equals(name()) ? name() : group + ":" + name();
    }

    /** The state as clients see it. */
    public State state() {
        return state;
    }

    /** The pid, 0 when there is none. */
    public int pid() {
        return pid;
    }

    /** Where its output goes. */
    public LogPaths logs() {
        return logs;
    }

    /** Starts it when it has never run and {@code autostart} is on. */
    public void autostart() {
        if (config.autostart() && state == State.STOPPED && startEpochMs == 0) {
            launch();
        }
    }

    /**
     * A client's start.
     *
     * @return completes when the child runs ({@code wait}: is RUNNING), or with a refusal
     */
    public CompletableFuture<Void> start(boolean wait) {
        if (state.isRunning()) {
            return refuse(Refusal.ALREADY_STARTED);
        }
        switch (state) {
            case UNKNOWN -> {
                return CompletableFuture.failedFuture(
                        new RefusedException(Refusal.FAILED, namespec() + " is in an unknown process state"));
            }
            case STOPPING -> {
                log.warn("process '{}' already running", name());
                return refuse(Refusal.ABNORMAL_TERMINATION);
            }
            default -> {
                launch();
                return await(wait ? Awaited.RUNNING : Awaited.LAUNCHED);
            }
        }
    }

    /** A client's stop; completes at once or, with {@code wait}, when it has stopped. */
    public CompletableFuture<Void> stop(boolean wait) {
        if (!state.isRunning()) {
            return refuse(Refusal.NOT_RUNNING);
        }
        if (state == State.BACKOFF) {
            // Supervisor keeps the counter here, which makes the next start slow for no reason.
            tries = 0;
            log.debug("Attempted to kill {}, which is in BACKOFF state.", name());
            change(State.STOPPED);
        } else {
            beginStop();
        }
        if (state == State.UNKNOWN) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, spawnError));
        }
        return wait ? await(Awaited.STOPPED) : CompletableFuture.completedFuture(null);
    }

    /** Whether nothing of it is about to end: neither the process nor what it left in its group. */
    boolean isAtRest() {
        return state != State.STOPPING && leftovers.isEmpty();
    }

    /** Stops it because the daemon shuts down or reloads; {@link #isAtRest} says when that is done. */
    public void stopForShutdown() {
        switch (state) {
            case STARTING, RUNNING -> beginStop();
            case BACKOFF -> giveUp();
            case STOPPED, STOPPING, EXITED, FATAL, UNKNOWN -> {}
        }
    }

    /** Sends a signal to the pid alone; the state stays. */
    public CompletableFuture<Void> signal(int signal) {
        if (!state.isSignallable() || pid == 0) {
            return refuse(Refusal.NOT_RUNNING);
        }
        log.debug("sending {} (pid {}) sig {}", name(), pid, SignalName.of(signal));
        if (ports.signals().send(pid, false, signal) == Signals.Result.FAILED) {
            loseSight(signal);
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, namespec()));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The child was reaped; {@code diedAtNs} is monotonic. */
    public void onExited(ExitStatus status, long diedAtNs) {
        lastExit = status;
        stopEpochMs = ports.loop().epochMs();
        ports.loop().cancel(new Key(this, Timer.STOPWAIT));
        if (state == State.STOPPING) {
            leftovers.onLeaderGone(pid, config.stopasgroup(), killAtNs);
            leftovers.whenEmpty(this::stopped);
            return;
        }
        leftovers.onLeaderGone(pid, false, ports.loop().nowNs() + stopwaitNs());
        boolean tooQuickly = diedAtNs - startNs < Math.max(0, config.startsecs()) * SECOND_NS;
        if (state == State.STARTING && tooQuickly) {
            pid = 0;
            lastExit = null;
            log.warn("exited: {} ({}; not expected)", name(), status.text());
            spawnError = "Exited too quickly (process log may have details)";
            backOff();
        } else {
            exitedFromRunning(status);
        }
    }

    /** What is known now. */
    public ProcessSnapshot snapshot() {
        long now = ports.loop().epochMs();
        return new ProcessSnapshot(
                group,
                config,
                state,
                startEpochMs,
                stopEpochMs,
                now,
                lastExit == null ? 0 : lastExit.code(),
                pid,
                spawnError,
                describe(now),
                logs.stdout(),
                logs.stderr());
    }

    private String describe(long now) {
        return switch (state) {
            case RUNNING -> Description.running(pid, startEpochMs, now);
            case BACKOFF, FATAL -> Description.failed(spawnError, name());
            case STOPPED, EXITED -> Description.stopped(startEpochMs, stopEpochMs, ZoneId.systemDefault());
            case STARTING, STOPPING, UNKNOWN -> "";
        };
    }

    private void launch() {
        spawnError = "";
        lastExit = null;
        startEpochMs = ports.loop().epochMs();
        startNs = ports.loop().nowNs();
        spawning = true;
        change(State.STARTING);
        ports.spawner().spawn(new Spawner.Request(group, config, logs), new Spawner.Listener() {
            @Override
            public void onSpawned(int newPid, long atNs) {
                ManagedProcess.this.onSpawned(newPid, atNs);
            }

            @Override
            public void onSpawnFailed(String error) {
                ManagedProcess.this.onSpawnFailed(error);
            }
        });
    }

    private void onSpawned(int newPid, long atNs) {
        spawning = false;
        pid = newPid;
        startNs = atNs;
        log.info("spawned: '{}' with pid {}", name(), newPid);
        if (state == State.STOPPING) {
            // Asked to stop while the launch was under way.
            sendStopSignal();
            return;
        }
        settle();
        deadline(Timer.STARTSECS, startNs + Math.max(0, config.startsecs()) * SECOND_NS, this::onStartsecs);
    }

    private void onSpawnFailed(String error) {
        spawning = false;
        log.info("spawnerr: {}", error);
        if (state == State.STOPPING) {
            change(State.STOPPED);
            return;
        }
        spawnError = error;
        backOff();
    }

    private void onStartsecs() {
        tries = 0;
        log.info(
                "success: {} entered RUNNING state, process has stayed up for > than {} seconds (startsecs)",
                name(),
                config.startsecs());
        change(State.RUNNING);
    }

    private void backOff() {
        tries++;
        change(State.BACKOFF);
        if (tries > config.startretries()) {
            deadline(Timer.BACKOFF, ports.loop().nowNs(), this::giveUp);
        } else {
            deadline(Timer.BACKOFF, ports.loop().nowNs() + tries * SECOND_NS, this::retry);
        }
    }

    private void retry() {
        leftovers.whenEmpty(() -> relaunch(State.BACKOFF));
    }

    private void giveUp() {
        tries = 0;
        log.info("gave up: {} entered FATAL state, too many start retries too quickly", name());
        change(State.FATAL);
    }

    private void exitedFromRunning(ExitStatus status) {
        tries = 0;
        if (state == State.STARTING) {
            // It outlived startsecs, only the deadline had not been handled yet.
            change(State.RUNNING);
        }
        boolean expected = config.exitcodes().contains(status.code());
        int gone = takePid();
        if (expected) {
            log.info("exited: {} ({}; expected)", name(), status.text());
        } else {
            spawnError = "Bad exit code " + status.code();
            log.warn("exited: {} ({}; not expected)", name(), status.text());
        }
        change(State.EXITED, expected, gone);
        if (config.autorestart() == Autorestart.ALWAYS
                || (config.autorestart() == Autorestart.UNEXPECTED && !expected)) {
            // Posted, not called: a stop or a shutdown that is already queued goes first.
            ports.loop().post("restart " + name(), () -> leftovers.whenEmpty(() -> relaunch(State.EXITED)));
        }
    }

    /** Unless somebody has decided otherwise meanwhile. */
    private void relaunch(State from) {
        if (state == from && mayRestart.getAsBoolean()) {
            launch();
        }
    }

    private long stopwaitNs() {
        return Math.max(0, config.stopwaitsecs()) * SECOND_NS;
    }

    private void beginStop() {
        change(State.STOPPING);
        if (!spawning) {
            sendStopSignal();
        }
    }

    private void sendStopSignal() {
        killAtNs = ports.loop().nowNs() + stopwaitNs();
        kill(config.stopsignal(), config.stopasgroup());
        if (state == State.STOPPING) {
            deadline(Timer.STOPWAIT, killAtNs, this::onStopwait);
        }
    }

    private void onStopwait() {
        log.warn("killing '{}' ({}) with SIGKILL", name(), pid);
        kill(SIGKILL, config.killasgroup());
        if (state == State.STOPPING) {
            long waitNs = Math.max(1, config.stopwaitsecs()) * SECOND_NS;
            deadline(Timer.STOPWAIT, ports.loop().nowNs() + waitNs, this::onStopwait);
        }
    }

    private void kill(int signal, boolean toGroup) {
        log.debug(
                "killing {} (pid {}) {}with signal {}",
                name(),
                pid,
                toGroup ? "process group " : "",
                SignalName.of(signal));
        switch (ports.signals().send(pid, toGroup, signal)) {
            case SENT -> {}
            case NO_SUCH_PROCESS ->
                log.debug("unable to signal {} (pid {}), it probably just exited on its own", name(), pid);
            case FAILED -> loseSight(signal);
        }
    }

    private void loseSight(int signal) {
        spawnError = "unknown problem sending sig " + SignalName.of(signal) + " to " + name() + " (" + pid + ")";
        log.error("{}", spawnError);
        change(State.UNKNOWN);
    }

    private void stopped() {
        ExitStatus status = lastExit;
        if (config.exitcodes().contains(status.code())) {
            log.info("stopped: {} ({})", name(), status.text());
        } else {
            log.warn("stopped: {} ({})", name(), status.text());
        }
        tries = 0;
        change(State.STOPPED, true, takePid());
    }

    /** The pid has no owner any more, but the event of its end still names it. */
    private int takePid() {
        int gone = pid;
        pid = 0;
        return gone;
    }

    private void change(State to) {
        change(to, true, pid);
    }

    /** The only place that writes the state. */
    private void change(State to, boolean expected, int eventPid) {
        State from = state;
        state = to;
        for (Timer timer : Timer.values()) {
            ports.loop().cancel(new Key(this, timer));
        }
        ports.listener().onTransition(new Transition(group, name(), from, to, tries, expected, eventPid));
        settle();
    }

    private void deadline(Timer timer, long atNs, Runnable event) {
        ports.loop().at(new Key(this, timer), atNs, timer + " " + name(), event);
    }

    private CompletableFuture<Void> await(Awaited awaited) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        waiters.add(new Waiter(awaited, future));
        settle();
        return future;
    }

    /** Answers everyone whose question the present state decides. */
    private void settle() {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (isDecided(waiter.awaited()) && waiters.remove(waiter)) {
                answer(waiter);
            }
        }
    }

    private boolean isDecided(Awaited awaited) {
        return switch (awaited) {
            case STOPPED -> state.isStopped();
            case LAUNCHED -> state != State.STARTING || !spawning;
            case RUNNING -> state != State.STARTING;
        };
    }

    private void answer(Waiter waiter) {
        boolean reached = switch (waiter.awaited()) {
            case STOPPED -> true;
            case LAUNCHED -> state == State.STARTING || state == State.RUNNING;
            case RUNNING -> state == State.RUNNING;
        };
        if (reached) {
            waiter.future().complete(null);
        } else {
            Refusal refusal = spawnError.isEmpty() ? Refusal.ABNORMAL_TERMINATION : Refusal.SPAWN_ERROR;
            waiter.future().completeExceptionally(new RefusedException(refusal, namespec()));
        }
    }

    private CompletableFuture<Void> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal, namespec()));
    }
}
