package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One supervised process: what may be asked of it and what is known of it. What becomes of it is its {@link Lifecycle}. Lives on the loop. */
public final class ManagedProcess {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
    private final Ports ports;
    private final Lifecycle life;

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
        this.logs = logs;
        this.ports = ports;
        this.life = new Lifecycle(this, ports, keeper);
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
        return life.state();
    }

    /** The pid, 0 when there is none. */
    public int pid() {
        return life.child().pid();
    }

    /** Where its output goes. */
    public LogPaths logs() {
        return logs;
    }

    /** Number of its last launch, 0 before the first. */
    int launchNumber() {
        return life.child().launchNumber();
    }

    /** Whether it does its work. */
    boolean isReady() {
        return life.isReady();
    }

    /** Completes when it does its work, or with a refusal when this start of it has failed. */
    CompletableFuture<Void> whenReady() {
        return life.await(Waiters.Awaited.READY);
    }

    /** Starts it when it has never run and {@code autostart} is on. */
    public void autostart() {
        if (isToAutostart()) {
            life.launch();
        }
    }

    /** Whether it has never run and {@code autostart} is on. */
    boolean isToAutostart() {
        return config.autostart() && state() == State.STOPPED && !life.history().hasStarted();
    }

    /**
     * A client's start.
     *
     * @return completes when the child runs ({@code wait}: is RUNNING), or with a refusal
     */
    public CompletableFuture<Void> start(boolean wait) {
        return begin(wait, life::launch);
    }

    /** The same, but it is not launched before {@link #goAhead}: it waits for what is named here. */
    CompletableFuture<Void> startAfter(String what, boolean wait) {
        return begin(wait, () -> life.hold(what));
    }

    /** Whether it waits for something before its launch. */
    boolean isHeld() {
        return life.isHeld();
    }

    /** It waits for this now. */
    void holdFor(String what) {
        life.holdFor(what);
    }

    /** What it has waited for is there. */
    void goAhead() {
        life.launch();
    }

    /** What it has waited for does not come. */
    void giveUpWaiting(String reason) {
        life.giveUpWaiting(reason);
    }

    private CompletableFuture<Void> begin(boolean wait, Runnable first) {
        if (state().isRunning() || life.isRetired()) {
            return refuse(Refusal.ALREADY_STARTED);
        }
        switch (state()) {
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
                return life.await(wait ? Waiters.Awaited.RUNNING : Waiters.Awaited.LAUNCHED);
            }
        }
    }

    /** A client's stop; completes at once or, with {@code wait}, when it has stopped. */
    public CompletableFuture<Void> stop(boolean wait) {
        if (!isStoppable()) {
            return refuse(Refusal.NOT_RUNNING);
        }
        CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
        switch (state()) {
            case STARTING, RUNNING -> asked = life.stop();
            case BACKOFF -> {
                // Supervisor keeps the counter here, which makes the next start slow for no reason.
                log.debug("Attempted to kill {}, which is in BACKOFF state.", name());
                life.stayStopped();
            }
            default -> life.stayStopped();
        }
        return asked.thenCompose(done -> state() == State.UNKNOWN
                ? CompletableFuture.failedFuture(
                        new RefusedException(Refusal.FAILED, life.history().spawnError()))
                : wait ? whenStopped() : CompletableFuture.completedFuture(null));
    }

    /** Whether a client can stop it: it runs, or is about to start by itself. */
    boolean isStoppable() {
        return state().isRunning() || life.restarts().isPausing();
    }

    /** It is not wanted any more: what has exited stays so. */
    void cancelRestart() {
        life.restarts().cancel();
    }

    /**
     * Somebody else has its name, or it is not wanted any more: it ends and is not started again; of the end the keeper hears. A front is asked
     * to hand over, unless it never worked.
     */
    void retire() {
        life.retire();
    }

    /** Stops it because the daemon shuts down or reloads; {@link #isAtRest} says when that is done. */
    public void stopForShutdown() {
        switch (state()) {
            case STARTING, RUNNING -> life.stop();
            case BACKOFF -> life.giveUp();
            case STOPPING -> life.child().stopSignal().hasten();
            case EXITED -> cancelRestart();
            case STOPPED, FATAL, UNKNOWN -> {}
        }
    }

    /** Completes when it is in a stopped state, at once if it is. */
    CompletableFuture<Void> whenStopped() {
        return life.await(Waiters.Awaited.STOPPED);
    }

    /** Whether nothing of it is about to end: neither the process nor what it left in its group. */
    boolean isAtRest() {
        return life.isAtRest();
    }

    /** Sends a signal to the pid alone; the state stays. */
    public CompletableFuture<Void> signal(int signal) {
        if (!state().isSignallable() || pid() == 0) {
            return refuse(Refusal.NOT_RUNNING);
        }
        if (!life.child().pass(signal)) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, namespec()));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The child was reaped; {@code diedAtNs} is monotonic. */
    public void onExited(ExitStatus status, long diedAtNs) {
        life.onExited(status, diedAtNs);
    }

    /**
     * The process says something of itself.
     *
     * @param launch number of the launch whose socket it came through
     */
    void onNotification(int launch, Notification message) {
        life.child().onNotification(launch, message);
    }

    /** What is known now. */
    public ProcessSnapshot snapshot() {
        return life.history()
                .snapshot(
                        state(),
                        pid(),
                        life.remark(),
                        ports.loop().epochMs(),
                        ports.loop().nowNs());
    }

    /** What is to be known of it by the next daemon, in which it has this number. */
    ProcessRecord record(int instance) {
        return life.record(instance);
    }

    /**
     * It is one that an earlier daemon had.
     *
     * @param pid of its child, 0 for none
     * @param alive whether the child runs; if it has ended, {@link #onExited} follows
     * @return false if it was about to be launched and has no child: somebody must start it
     */
    boolean resume(ProcessRecord record, int pid, boolean alive) {
        return life.resume(record, pid, alive);
    }

    /** What it was before is what {@code other} was, which has stopped. */
    void continues(ManagedProcess other) {
        life.history().continues(other.life.history());
    }

    /** How it ended last; null before it has. */
    ExitStatus lastExit() {
        return life.history().lastExit();
    }

    /** Why it does not run, empty for no reason. */
    String failure() {
        ExitStatus exit = life.history().lastExit();
        String error = life.history().spawnError();
        return error.isEmpty() && exit != null ? exit.text() : error;
    }

    /** Exit status of the last failed start, for a daemon that ends with it: never 0, 1 for what has none. */
    int failureStatus() {
        return life.failureStatus();
    }

    /** What else is said of it while it runs, empty for nothing. */
    void note(String text) {
        life.history().note(text);
    }

    private CompletableFuture<Void> refuse(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal, namespec()));
    }
}
