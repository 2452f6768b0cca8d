package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ProcessConfig;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supervisor's state machine (spec/supervisor.md 3.2) for one process: the state, and what each event makes of it. Lives on the loop.
 *
 * <p>Only {@link #change} writes the state. A deadline belongs to a state: entering another one cancels it.
 */
final class Lifecycle implements Child.Owner {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final ManagedProcess process;
    private final ProcessConfig config;
    private final Ports ports;
    private final Keeper keeper;
    private final Leftovers leftovers;
    private final Waiters waiters = new Waiters();
    private final History history;
    private final Restarts restarts;
    private final Child child;

    private State state = State.STOPPED;
    private boolean retired;
    private int failureStatus;
    /** What it waits for before its launch, empty for nothing. */
    private String heldFor = "";

    Lifecycle(ManagedProcess process, Ports ports, Keeper keeper) {
        this.process = process;
        this.config = process.config();
        this.ports = ports;
        this.keeper = keeper;
        this.leftovers = new Leftovers(ports, config);
        this.history = new History(process.group(), config, process.logs());
        this.restarts = new Restarts(ports.loop(), config);
        this.child = new Child(process.group(), config, process.logs(), ports, this);
    }

    @Override
    public State state() {
        return state;
    }

    /** What has happened to it. */
    History history() {
        return history;
    }

    /** When it starts again by itself. */
    Restarts restarts() {
        return restarts;
    }

    /** The last one that was launched, or that is to be. */
    Child child() {
        return child;
    }

    boolean isRetired() {
        return retired;
    }

    /** Exit status of the last failed start. */
    int failureStatus() {
        return failureStatus;
    }

    boolean isReady() {
        return state == State.RUNNING && child.isHealthy();
    }

    boolean isAtRest() {
        return state != State.STOPPING && leftovers.isEmpty();
    }

    /** Completes when it is as somebody awaits it. */
    CompletableFuture<Void> await(Waiters.Awaited awaited) {
        CompletableFuture<Void> future = waiters.add(awaited);
        settle();
        return future;
    }

    /** What is said of it in addition to what its state says; of one that starts or restarts there is nothing else. */
    String remark() {
        return switch (state) {
            case STARTING -> isHeld() ? "waiting for " + heldFor : child.notReadyYet();
            case RUNNING -> child.remark();
            case EXITED -> restarts.remark();
            case STOPPED, BACKOFF, STOPPING, FATAL, UNKNOWN -> "";
        };
    }

    /** Starts with waiting for something. */
    void hold(String what) {
        history.onHeld();
        heldFor = what;
        change(State.STARTING);
    }

    boolean isHeld() {
        return !heldFor.isEmpty();
    }

    /** It waits for this now. */
    void holdFor(String what) {
        heldFor = what;
    }

    /** What it has waited for does not come. */
    void giveUpWaiting(String reason) {
        heldFor = "";
        history.failed(reason);
        failureStatus = 1;
        log.error("'{}' is not started: {}", config.name(), reason);
        change(State.FATAL);
    }

    /** It has nothing to wait for, or no longer. */
    void launch() {
        heldFor = "";
        history.onLaunch(ports.loop().epochMs(), ports.loop().nowNs());
        child.prepare(keeper.numberOfLaunch(process));
        if (state == State.STARTING) {
            keeper.onChange(process);
        } else {
            change(State.STARTING);
        }
        // First written down, then launched: else a child of which nobody knows would be left if the daemon died
        // between the two.
        keeper.whenWritten(() -> {
            ports.faults().reached("spawn.recorded");
            if (state == State.STARTING) {
                child.spawn();
            } else {
                child.callOff();
            }
        });
    }

    /**
     * From STARTING or RUNNING.
     *
     * @return completes when it has been asked to end
     */
    CompletableFuture<Void> stop() {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        if (isHeld()) {
            heldFor = "";
            change(State.STOPPED);
            asked.complete(null);
            return asked;
        }
        change(State.STOPPING);
        int launch = child.launchNumber();
        // First written down: else the next daemon would start again what somebody has stopped.
        keeper.whenWritten(() -> {
            ports.faults().reached("stop.recorded");
            if (state == State.STOPPING && child.launchNumber() == launch) {
                child.stop();
                ports.faults().reached("stop.signalled");
                keeper.onChange(process);
            }
            asked.complete(null);
        });
        return asked;
    }

    /** What is to be known of it by the next daemon. */
    ProcessRecord record(int instance) {
        return new ProcessRecord(
                instance,
                process.group(),
                config,
                process.logs(),
                state,
                child.record(),
                history.past(failureStatus),
                restarts.record(heldFor),
                child.stopSignal().record(retired, leftovers));
    }

    /**
     * Goes on where another daemon has stopped.
     *
     * @param pid of the child, 0 for none
     * @param alive whether the child runs; if it has ended, {@link #onExited} follows
     * @return false if it was about to be launched and has no child: somebody must start it
     */
    boolean resume(ProcessRecord record, int pid, boolean alive) {
        history.resume(record.past(), record.launch().startNs());
        failureStatus = record.past().failureStatus();
        restarts.resume(record.restart());
        retired = record.stop().retired();
        child.resume(record.launch(), pid);
        state = record.state();
        if (pid != 0 && !alive) {
            return true;
        }
        leftovers.resume(record.stop().leftGroup(), record.stop().killAtNs());
        switch (state) {
            case STARTING -> {
                if (pid == 0) {
                    state = State.STOPPED;
                    return false;
                }
                child.resumeStarting();
            }
            case RUNNING -> child.resumeRunning();
            case STOPPING -> resumeStopping(record);
            case BACKOFF -> restarts.resumeAfterFailure(record.restart(), () -> relaunch(State.BACKOFF), this::giveUp);
            case EXITED -> restarts.resumeAfterExit(record.restart(), () -> relaunch(State.EXITED));
            case STOPPED, FATAL, UNKNOWN -> {}
        }
        return true;
    }

    private void resumeStopping(ProcessRecord record) {
        if (child.pid() != 0) {
            child.stopSignal().resume(record.stop());
        } else {
            leftovers.whenEmpty(this::stopped);
        }
    }

    /** It stays as it is: from BACKOFF, or EXITED with a restart that is due. */
    void stayStopped() {
        restarts.forget();
        change(State.STOPPED);
    }

    /** Too many starts have failed, or there is no time for another one. */
    void giveUp() {
        restarts.forget();
        log.info("gave up: {} entered FATAL state, too many start retries too quickly", config.name());
        change(State.FATAL);
    }

    /** It ends and is not started again. */
    void retire() {
        retired = true;
        ports.spawner().leaves(process.group(), child.launchNumber());
        switch (state) {
            case STARTING, RUNNING -> {
                if (state == State.RUNNING) {
                    child.stopSignal().handOver();
                }
                stop();
            }
            case BACKOFF -> change(State.STOPPED);
            case STOPPED, STOPPING, EXITED, FATAL, UNKNOWN -> {
                restarts.cancel();
                leaveIfOver();
            }
        }
    }

    /** The child was reaped. */
    void onExited(ExitStatus status, long diedAtNs) {
        ports.faults().reached("exit.told");
        history.onExit(status, ports.loop().epochMs());
        StopSignal stopSignal = child.stopSignal();
        stopSignal.cancel();
        if (state == State.STOPPING) {
            leftovers.onLeaderGone(child.pid(), config.stopasgroup(), stopSignal.killAtNs());
            keeper.onChange(process);
            leftovers.whenEmpty(this::stopped);
            return;
        }
        leftovers.onLeaderGone(child.pid(), false, stopSignal.deadlineFromNow());
        keeper.onChange(process);
        if (state == State.STARTING && child.isTooQuick(diedAtNs)) {
            child.takePid();
            history.forgetExit();
            log.warn("exited: {} ({}; not expected)", config.name(), status.text());
            failureStatus = Math.max(1, status.code());
            history.failed(status.remark().isEmpty() ? child.whyItFailed() : status.text());
            backOff();
        } else {
            exitedFromRunning(status);
        }
    }

    @Override
    public void onSpawned() {
        ports.faults().reached("spawn.announced");
        keeper.onChange(process);
        settle();
    }

    @Override
    public void onSpawnFailed(String error) {
        if (state == State.STOPPING) {
            change(State.STOPPED);
            return;
        }
        history.failed(error);
        failureStatus = 1;
        backOff();
    }

    @Override
    public void onReady(String why) {
        restarts.forget();
        log.info("success: {} entered RUNNING state, {}", config.name(), why);
        change(State.RUNNING);
    }

    @Override
    public void onReadyAgain() {
        settle();
        keeper.onReadyAgain(process);
    }

    @Override
    public void onReplaceAsked(String reason) {
        keeper.onReplaceAsked(process, reason);
    }

    @Override
    public void onLeaving() {
        keeper.onLeaving(process);
    }

    @Override
    public void onLost(String error) {
        history.failed(error);
        log.error("{}", error);
        change(State.UNKNOWN);
    }

    private void backOff() {
        restarts.count();
        change(State.BACKOFF);
        restarts.afterFailure(() -> relaunch(State.BACKOFF), this::giveUp);
    }

    private void exitedFromRunning(ExitStatus status) {
        restarts.forget();
        if (state == State.STARTING) {
            // It outlived startsecs, only the deadline had not been handled yet.
            change(State.RUNNING);
        }
        boolean expected = config.exitcodes().contains(status.code());
        int gone = child.takePid();
        if (expected) {
            log.info("exited: {} ({}; expected)", config.name(), status.text());
        } else {
            history.failed(Description.both("Bad exit code " + status.code(), status.remark()));
            log.warn("exited: {} ({}; not expected)", config.name(), status.text());
        }
        change(State.EXITED, expected, gone);
        if (config.autorestart() == Autorestart.ALWAYS
                || (config.autorestart() == Autorestart.UNEXPECTED && !expected)) {
            restarts.afterExit(() -> relaunch(State.EXITED));
        }
    }

    /** When nothing of it is left, unless somebody has decided otherwise meanwhile. */
    private void relaunch(State from) {
        leftovers.whenEmpty(() -> {
            if (state == from && !retired && keeper.mayRestart(process)) {
                history.onRestart();
                launch();
            }
        });
    }

    private void stopped() {
        ExitStatus status = history.lastExit() == null ? ExitStatus.UNKNOWN : history.lastExit();
        if (config.exitcodes().contains(status.code())) {
            log.info("stopped: {} ({})", config.name(), status.text());
        } else {
            log.warn("stopped: {} ({})", config.name(), status.text());
        }
        restarts.forget();
        change(State.STOPPED, true, child.takePid());
    }

    private void change(State to) {
        change(to, true, child.pid());
    }

    /** The only place that writes the state. */
    private void change(State to, boolean expected, int eventPid) {
        State from = state;
        state = to;
        restarts.cancel();
        child.onState(to);
        Transition transition =
                new Transition(process.group(), config.name(), from, to, restarts.tries(), expected, eventPid);
        ports.listener().onTransition(transition);
        keeper.onTransition(process, transition);
        settle();
        leaveIfOver();
    }

    private void leaveIfOver() {
        if (retired && state.isStopped()) {
            leftovers.whenEmpty(() -> keeper.onGone(process));
        }
    }

    private void settle() {
        waiters.settle(new Waiters.Standing(
                state, isReady(), child.isSpawning(), !history.spawnError().isEmpty(), process.namespec()));
    }
}
