package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ProcessConfig;
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
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What a deadline of this process is for; with the process it is the deadline's key. */
    private enum Timer {
        STARTSECS,
        BACKOFF,
        RESTART
    }

    private record Key(ManagedProcess process, Timer timer) {}

    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
    private final Ports ports;
    private final Keeper keeper;
    private final Leftovers leftovers;
    private final Waiters waiters = new Waiters();
    private final SelfReport said = new SelfReport();
    private final History history;
    private final ProcessSignals signals;
    private final Watchdog watchdog;
    private final StopSignal stopSignal;
    private final Health health;

    private State state = State.STOPPED;
    private boolean spawning;
    private boolean retired;
    private Spawner.Request launching;
    private int pid;
    private int tries;
    private long startNs;
    private int failureStatus;
    /** What it waits for before its launch, empty for nothing. */
    private String heldFor = "";
    /** When it restarts; counts while {@link #restarting}. */
    private long restartAtNs;

    private boolean restarting;
    /** Why it has been told to end before it was ready, empty for no reason. */
    private String startFailure = "";

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
        this.signals = new ProcessSignals(ports.signals(), config.name(), () -> pid, this::loseSight);
        this.watchdog = new Watchdog(ports, config, signals);
        this.stopSignal = new StopSignal(ports, config, signals);
        this.health = new Health(ports, group, config, new HealthEvents());
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

    /** Number of its last launch, 0 before the first. */
    int launchNumber() {
        return said.launch();
    }

    /** Whether it does its work. */
    boolean isReady() {
        return state == State.RUNNING && !health.isUnhealthy();
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
        if (restarting) {
            change(State.STOPPED);
            return CompletableFuture.completedFuture(null);
        }
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
                    stopSignal.handOver();
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
        return state.isRunning() || restarting;
    }

    /** It is not wanted any more: what has exited stays so. */
    void cancelRestart() {
        restarting = false;
        ports.loop().cancel(new Key(this, Timer.RESTART));
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
            case STOPPING -> stopSignal.hasten();
            case EXITED -> cancelRestart();
            case STOPPED, FATAL, UNKNOWN -> {}
        }
    }

    /** Sends a signal to the pid alone; the state stays. */
    public CompletableFuture<Void> signal(int signal) {
        if (!state.isSignallable() || pid == 0) {
            return refuse(Refusal.NOT_RUNNING);
        }
        if (!signals.pass(signal)) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, namespec()));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The child was reaped; {@code diedAtNs} is monotonic. */
    public void onExited(ExitStatus status, long diedAtNs) {
        history.onExit(status, ports.loop().epochMs());
        stopSignal.cancel();
        if (state == State.STOPPING) {
            leftovers.onLeaderGone(pid, config.stopasgroup(), stopSignal.killAtNs());
            leftovers.whenEmpty(this::stopped);
            return;
        }
        leftovers.onLeaderGone(pid, false, stopSignal.deadlineFromNow());
        if (state == State.STARTING && isTooQuick(diedAtNs)) {
            pid = 0;
            history.forgetExit();
            log.warn("exited: {} ({}; not expected)", name(), status.text());
            failureStatus = Math.max(1, status.code());
            history.failed(whyItFailed());
            backOff();
        } else {
            exitedFromRunning(status);
        }
    }

    private String whyItFailed() {
        if (!startFailure.isEmpty()) {
            return startFailure;
        }
        return said.status().isEmpty() ? "Exited too quickly (process log may have details)" : said.status();
    }

    /** Until it has said READY=1 and is healthy, it is never too late to have failed. */
    private boolean isTooQuick(long diedAtNs) {
        return notifies() || health.isWanted() || diedAtNs - startNs < Math.max(0, config.startsecs()) * SECOND_NS;
    }

    /**
     * The process says something of itself.
     *
     * @param launch number of the launch whose socket it came through
     */
    void onNotification(int launch, Notification message) {
        if (!notifies() || !said.isCurrent(launch)) {
            return;
        }
        if (spawning) {
            said.keep(message);
        } else if (pid != 0) {
            hear(message);
        }
    }

    private void hear(Notification message) {
        said.note(message);
        if (message.stopping()) {
            log.info("'{}' ({}) says that it is stopping", name(), pid);
            if (state == State.RUNNING) {
                keeper.onLeaving(this);
            }
        }
        if (message.ready() && state == State.STARTING && health.isWanted()) {
            health.begin();
        } else if (message.ready() && state == State.STARTING) {
            isUp("it says that it is ready");
        } else if (message.alive() && state == State.RUNNING) {
            watchdog.feed();
        }
        if (message.replace().isPresent() && state == State.RUNNING) {
            keeper.onReplaceAsked(this, message.replace().get());
        }
    }

    private void isUp(String why) {
        tries = 0;
        log.info("success: {} entered RUNNING state, {}", name(), why);
        change(State.RUNNING);
        if (notifies()) {
            watchdog.feed();
        }
    }

    /** What its health check shows. */
    private final class HealthEvents implements Health.Listener {
        @Override
        public void onHealthy() {
            if (state == State.STARTING) {
                isUp("it is healthy");
            } else {
                settle();
                keeper.onReadyAgain(ManagedProcess.this);
            }
        }

        @Override
        public void onNeverHealthy(String reason) {
            startFailure = "unhealthy: " + reason;
            log.warn("'{}' ({}) has not become healthy, it is stopped: {}", name(), pid, reason);
            stopSignal.send();
        }

        @Override
        public void onUnhealthy(String reason) {
            log.warn("'{}' ({}) is unhealthy: {}", name(), pid, reason);
            if (config.autorestart() != Autorestart.NEVER) {
                keeper.onReplaceAsked(ManagedProcess.this, "unhealthy: " + reason);
            }
        }
    }

    private boolean notifies() {
        return config.additions().notifies();
    }

    /** What is known now. */
    public ProcessSnapshot snapshot() {
        return history.snapshot(state, pid, remark(), ports.loop().epochMs());
    }

    /** What is said of it in addition to what its state says; of one that starts or restarts there is nothing else. */
    private String remark() {
        return switch (state) {
            case STARTING -> isHeld() ? "waiting for " + heldFor : notReadyYet();
            case RUNNING -> Description.both(said.status(), health.text());
            case EXITED ->
                restarting ? Description.restart(restartAtNs - ports.loop().nowNs()) : "";
            case STOPPED, BACKOFF, STOPPING, FATAL, UNKNOWN -> "";
        };
    }

    private String notReadyYet() {
        if (pid == 0 || !(notifies() || health.isWanted())) {
            return "";
        }
        String what = health.text().isEmpty() ? "not ready yet" : health.text();
        return "pid " + pid + ", " + Description.both(said.status(), startFailure.isEmpty() ? what : startFailure);
    }

    private void launch() {
        history.onLaunch(ports.loop().epochMs());
        startNs = ports.loop().nowNs();
        spawning = true;
        startFailure = "";
        watchdog.begin();
        int launch = keeper.numberOfLaunch(this);
        said.begin(launch);
        if (state != State.STARTING) {
            change(State.STARTING);
        }
        launching = new Spawner.Request(group, config, logs, launch);
        ports.spawner().spawn(launching, new Spawner.Listener() {
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
            stopSignal.send();
            return;
        }
        settle();
        if (notifies()) {
            said.takeEarly().forEach(this::hear);
            return;
        }
        if (health.isWanted()) {
            health.begin();
            return;
        }
        deadline(Timer.STARTSECS, startNs + Math.max(0, config.startsecs()) * SECOND_NS, this::onStartsecs);
    }

    private void onSpawnFailed(String error) {
        spawning = false;
        log.info("spawnerr: {}", error);
        if (state == State.STOPPING) {
            change(State.STOPPED);
            return;
        }
        history.failed(error);
        failureStatus = 1;
        backOff();
    }

    private void onStartsecs() {
        isUp("process has stayed up for > than " + config.startsecs() + " seconds (startsecs)");
    }

    private void backOff() {
        tries++;
        change(State.BACKOFF);
        if (tries > config.startretries()) {
            deadline(Timer.BACKOFF, ports.loop().nowNs(), this::giveUp);
        } else {
            long delayMs = config.additions().backoff().delayMs(tries);
            deadline(Timer.BACKOFF, ports.loop().nowNs() + delayMs * MS_NS, this::retry);
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
            history.failed("Bad exit code " + status.code());
            log.warn("exited: {} ({}; not expected)", name(), status.text());
        }
        change(State.EXITED, expected, gone);
        if (config.autorestart() == Autorestart.ALWAYS
                || (config.autorestart() == Autorestart.UNEXPECTED && !expected)) {
            restart(config.additions().backoff().restartMs());
        }
    }

    private void restart(long delayMs) {
        if (delayMs == 0) {
            // Posted, not called: a stop or a shutdown that is already queued goes first.
            ports.loop().post("restart " + name(), () -> leftovers.whenEmpty(() -> relaunch(State.EXITED)));
            return;
        }
        restarting = true;
        restartAtNs = ports.loop().nowNs() + delayMs * MS_NS;
        deadline(Timer.RESTART, restartAtNs, () -> {
            restarting = false;
            leftovers.whenEmpty(() -> relaunch(State.EXITED));
        });
    }

    /** Unless somebody has decided otherwise meanwhile. */
    private void relaunch(State from) {
        if (state == from && !retired && keeper.mayRestart(this)) {
            launch();
        }
    }

    private void beginStop() {
        if (isHeld()) {
            heldFor = "";
            change(State.STOPPED);
            return;
        }
        change(State.STOPPING);
        if (!spawning) {
            stopSignal.send();
        } else {
            ports.spawner().cancel(launching);
        }
    }

    private void loseSight(int signal) {
        history.failed("unknown problem sending sig " + SignalName.of(signal) + " to " + name() + " (" + pid + ")");
        log.error("{}", history.spawnError());
        change(State.UNKNOWN);
    }

    private void stopped() {
        ExitStatus status = history.lastExit();
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
        watchdog.cancel();
        stopSignal.cancel();
        restarting = false;
        if (to != State.STARTING && to != State.RUNNING) {
            health.end();
        }
        Transition transition = new Transition(group, name(), from, to, tries, expected, eventPid);
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

    private void deadline(Timer timer, long atNs, Runnable event) {
        ports.loop().at(new Key(this, timer), atNs, timer + " " + name(), event);
    }

    private CompletableFuture<Void> await(Waiters.Awaited awaited) {
        CompletableFuture<Void> future = waiters.add(awaited);
        settle();
        return future;
    }

    private void settle() {
        waiters.settle(new Waiters.Standing(
                state, isReady(), spawning, !history.spawnError().isEmpty(), namespec()));
    }

    private CompletableFuture<Void> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal, namespec()));
    }
}
