package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ProcessConfig;
import java.util.concurrent.CompletableFuture;
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
    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
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

    /**
     * A process that is alone in the world and has never been started.
     *
     * @param mayRestart whether the daemon is in a state in which processes are restarted
     */
    public ManagedProcess(String group, ProcessConfig config, Ports ports, BooleanSupplier mayRestart) {
        this(group, config, ports, Keeper.of(mayRestart));
    }

    /** A process that has never been started. */
    ManagedProcess(String group, ProcessConfig config, Ports ports, Keeper keeper) {
        this(group, config, ports.outputs().activate(group, config), ports, keeper);
    }

    /** One that has never been started and writes to these logs. */
    ManagedProcess(String group, ProcessConfig config, LogPaths logs, Ports ports, Keeper keeper) {
        this.group = group;
        this.config = config;
        this.ports = ports;
        this.keeper = keeper;
        this.leftovers = new Leftovers(ports, config);
        this.logs = logs;
        this.history = new History(group, config, logs);
        this.restarts = new Restarts(ports.loop(), config);
        this.child = new Child(group, config, logs, ports, new ChildEvents());
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
        return child.pid();
    }

    /** Where its output goes. */
    public LogPaths logs() {
        return logs;
    }

    /** Number of its last launch, 0 before the first. */
    int launchNumber() {
        return child.launchNumber();
    }

    /** Whether it does its work. */
    boolean isReady() {
        return state == State.RUNNING && child.isHealthy();
    }

    /** Completes when it does its work, or with a refusal when this start of it has failed. */
    CompletableFuture<Void> whenReady() {
        return await(Waiters.Awaited.READY);
    }

    /** Starts it when it has never run and {@code autostart} is on. */
    public void autostart() {
        if (isToAutostart()) {
            launch();
        }
    }

    /** Whether it has never run and {@code autostart} is on. */
    boolean isToAutostart() {
        return config.autostart() && state == State.STOPPED && !history.hasStarted();
    }

    /**
     * A client's start.
     *
     * @return completes when the child runs ({@code wait}: is RUNNING), or with a refusal
     */
    public CompletableFuture<Void> start(boolean wait) {
        return begin(wait, this::launch);
    }

    /** The same, but it is not launched before {@link #goAhead}: it waits for what is named here. */
    CompletableFuture<Void> startAfter(String what, boolean wait) {
        return begin(wait, () -> {
            history.onHeld();
            heldFor = what;
            change(State.STARTING);
        });
    }

    /** Whether it waits for something before its launch. */
    boolean isHeld() {
        return !heldFor.isEmpty();
    }

    /** It waits for this now. */
    void holdFor(String what) {
        heldFor = what;
    }

    /** What it has waited for is there. */
    void goAhead() {
        heldFor = "";
        launch();
    }

    /** What it has waited for does not come. */
    void giveUpWaiting(String reason) {
        heldFor = "";
        history.failed(reason);
        failureStatus = 1;
        log.error("'{}' is not started: {}", name(), reason);
        change(State.FATAL);
    }

    private CompletableFuture<Void> begin(boolean wait, Runnable first) {
        if (state.isRunning() || retired) {
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
                first.run();
                return await(wait ? Waiters.Awaited.RUNNING : Waiters.Awaited.LAUNCHED);
            }
        }
    }

    /** A client's stop; completes at once or, with {@code wait}, when it has stopped. */
    public CompletableFuture<Void> stop(boolean wait) {
        if (restarts.isPausing()) {
            change(State.STOPPED);
            return CompletableFuture.completedFuture(null);
        }
        if (!state.isRunning()) {
            return refuse(Refusal.NOT_RUNNING);
        }
        if (state == State.BACKOFF) {
            // Supervisor keeps the counter here, which makes the next start slow for no reason.
            restarts.forget();
            log.debug("Attempted to kill {}, which is in BACKOFF state.", name());
            change(State.STOPPED);
        } else {
            beginStop();
        }
        if (state == State.UNKNOWN) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, history.spawnError()));
        }
        return wait ? whenStopped() : CompletableFuture.completedFuture(null);
    }

    /**
     * Somebody else has its name, or it is not wanted any more: it ends and is not started again; of the end the keeper hears. A front is asked
     * to hand over, unless it never worked.
     */
    void retire() {
        retired = true;
        ports.spawner().leaves(group, launchNumber());
        switch (state) {
            case STARTING, RUNNING -> {
                if (state == State.RUNNING) {
                    child.stopSignal().handOver();
                }
                beginStop();
            }
            case BACKOFF -> change(State.STOPPED);
            case STOPPED, STOPPING, EXITED, FATAL, UNKNOWN -> {
                cancelRestart();
                leaveIfOver();
            }
        }
    }

    /** What it was before is what {@code other} was, which has stopped. */
    void continues(ManagedProcess other) {
        history.continues(other.history);
    }

    /** Why it does not run, empty for no reason. */
    String failure() {
        ExitStatus exit = history.lastExit();
        return history.spawnError().isEmpty() && exit != null ? exit.text() : history.spawnError();
    }

    /** What else is said of it while it runs, empty for nothing. */
    void note(String text) {
        history.note(text);
    }

    /** Whether a client can stop it: it runs, or is about to start by itself. */
    boolean isStoppable() {
        return state.isRunning() || restarts.isPausing();
    }

    /** It is not wanted any more: what has exited stays so. */
    void cancelRestart() {
        restarts.cancel();
    }

    /** Completes when it is in a stopped state, at once if it is. */
    CompletableFuture<Void> whenStopped() {
        return await(Waiters.Awaited.STOPPED);
    }

    /** Exit status of the last failed start, for a daemon that ends with it: never 0, 1 for what has none. */
    int failureStatus() {
        return failureStatus;
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
            case STOPPING -> child.stopSignal().hasten();
            case EXITED -> cancelRestart();
            case STOPPED, FATAL, UNKNOWN -> {}
        }
    }

    /** Sends a signal to the pid alone; the state stays. */
    public CompletableFuture<Void> signal(int signal) {
        if (!state.isSignallable() || child.pid() == 0) {
            return refuse(Refusal.NOT_RUNNING);
        }
        if (!child.pass(signal)) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, namespec()));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The child was reaped; {@code diedAtNs} is monotonic. */
    public void onExited(ExitStatus status, long diedAtNs) {
        history.onExit(status, ports.loop().epochMs());
        StopSignal stopSignal = child.stopSignal();
        stopSignal.cancel();
        if (state == State.STOPPING) {
            leftovers.onLeaderGone(child.pid(), config.stopasgroup(), stopSignal.killAtNs());
            leftovers.whenEmpty(this::stopped);
            return;
        }
        leftovers.onLeaderGone(child.pid(), false, stopSignal.deadlineFromNow());
        if (state == State.STARTING && child.isTooQuick(diedAtNs)) {
            child.takePid();
            history.forgetExit();
            log.warn("exited: {} ({}; not expected)", name(), status.text());
            failureStatus = Math.max(1, status.code());
            history.failed(child.whyItFailed());
            backOff();
        } else {
            exitedFromRunning(status);
        }
    }

    /**
     * The process says something of itself.
     *
     * @param launch number of the launch whose socket it came through
     */
    void onNotification(int launch, Notification message) {
        child.onNotification(launch, message);
    }

    /** What its child does. */
    private final class ChildEvents implements Child.Owner {
        @Override
        public State state() {
            return state;
        }

        @Override
        public void onSpawned() {
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
            log.info("success: {} entered RUNNING state, {}", name(), why);
            change(State.RUNNING);
        }

        @Override
        public void onReadyAgain() {
            settle();
            keeper.onReadyAgain(ManagedProcess.this);
        }

        @Override
        public void onReplaceAsked(String reason) {
            keeper.onReplaceAsked(ManagedProcess.this, reason);
        }

        @Override
        public void onLeaving() {
            keeper.onLeaving(ManagedProcess.this);
        }

        @Override
        public void onLost(String error) {
            history.failed(error);
            log.error("{}", error);
            change(State.UNKNOWN);
        }
    }

    /** What is known now. */
    public ProcessSnapshot snapshot() {
        return history.snapshot(state, child.pid(), remark(), ports.loop().epochMs());
    }

    /** What is said of it in addition to what its state says; of one that starts or restarts there is nothing else. */
    private String remark() {
        return switch (state) {
            case STARTING -> isHeld() ? "waiting for " + heldFor : child.notReadyYet();
            case RUNNING -> child.remark();
            case EXITED -> restarts.remark();
            case STOPPED, BACKOFF, STOPPING, FATAL, UNKNOWN -> "";
        };
    }

    private void launch() {
        history.onLaunch(ports.loop().epochMs());
        child.prepare(keeper.numberOfLaunch(this));
        if (state != State.STARTING) {
            change(State.STARTING);
        }
        child.spawn();
    }

    private void backOff() {
        restarts.count();
        change(State.BACKOFF);
        restarts.afterFailure(() -> relaunch(State.BACKOFF), this::giveUp);
    }

    private void giveUp() {
        restarts.forget();
        log.info("gave up: {} entered FATAL state, too many start retries too quickly", name());
        change(State.FATAL);
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
            log.info("exited: {} ({}; expected)", name(), status.text());
        } else {
            history.failed("Bad exit code " + status.code());
            log.warn("exited: {} ({}; not expected)", name(), status.text());
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
            if (state == from && !retired && keeper.mayRestart(this)) {
                launch();
            }
        });
    }

    private void beginStop() {
        if (isHeld()) {
            heldFor = "";
            change(State.STOPPED);
            return;
        }
        change(State.STOPPING);
        child.stop();
    }

    private void stopped() {
        ExitStatus status = history.lastExit();
        if (config.exitcodes().contains(status.code())) {
            log.info("stopped: {} ({})", name(), status.text());
        } else {
            log.warn("stopped: {} ({})", name(), status.text());
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
        Transition transition = new Transition(group, name(), from, to, restarts.tries(), expected, eventPid);
        ports.listener().onTransition(transition);
        keeper.onTransition(this, transition);
        settle();
        leaveIfOver();
    }

    private void leaveIfOver() {
        if (retired && state.isStopped()) {
            leftovers.whenEmpty(() -> keeper.onGone(this));
        }
    }

    private CompletableFuture<Void> await(Waiters.Awaited awaited) {
        CompletableFuture<Void> future = waiters.add(awaited);
        settle();
        return future;
    }

    private void settle() {
        waiters.settle(new Waiters.Standing(
                state, isReady(), child.isSpawning(), !history.spawnError().isEmpty(), namespec()));
    }

    private CompletableFuture<Void> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal, namespec()));
    }
}
