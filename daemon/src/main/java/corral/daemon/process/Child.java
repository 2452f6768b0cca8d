package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ProcessConfig;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child of a process, from its launch to its end: how it is launched, what it says and what its health check shows, which signals it
 * gets. What follows from that for the state is the process's business. Loop thread.
 */
final class Child implements Health.Listener {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** How long a process whose daemon was replaced while it started may take to say that it is ready, if it has not said so before. */
    private static final long LOST_READY_NS = TimeUnit.SECONDS.toNanos(10);

    /** The process. */
    interface Owner {

        /** The state of the process. */
        State state();

        /** It has been launched. */
        void onSpawned();

        /** It could not be launched. */
        void onSpawnFailed(String error);

        /** It does its work. */
        void onReady(String why);

        /** It has become healthy again. */
        void onReadyAgain();

        /** It asks for a successor, or needs one. */
        void onReplaceAsked(String reason);

        /** It ends by its own decision. */
        void onLeaving();

        /** It can no longer be signalled. */
        void onLost(String error);
    }

    private final String group;
    private final ProcessConfig config;
    private final LogPaths logs;
    private final Ports ports;
    private final Owner owner;
    private final SelfReport said = new SelfReport();
    private final ProcessSignals signals;
    private final Watchdog watchdog;
    private final StopSignal stopSignal;
    private final Health health;

    private Spawner.Request launching;
    private boolean spawning;
    private int pid;
    private long startNs;
    /** Why it has been told to end before it was ready, empty for no reason. */
    private String startFailure = "";

    Child(String group, ProcessConfig config, LogPaths logs, Ports ports, Owner owner) {
        this.group = group;
        this.config = config;
        this.logs = logs;
        this.ports = ports;
        this.owner = owner;
        this.signals = new ProcessSignals(ports.signals(), config.name(), () -> pid, this::onLost);
        this.watchdog = new Watchdog(ports, group, config, signals);
        this.stopSignal = new StopSignal(ports, config, signals);
        this.health = new Health(ports, group, config, this);
    }

    /** The pid, 0 when there is none. */
    int pid() {
        return pid;
    }

    /** The pid has no owner any more, but the event of its end still names it. */
    int takePid() {
        int gone = pid;
        pid = 0;
        return gone;
    }

    /** Number of its launch, 0 before the first. */
    int launchNumber() {
        return said.launch();
    }

    /** Whether its launch is under way. */
    boolean isSpawning() {
        return spawning;
    }

    /** Whether its health check, if it has one, does not speak against it. */
    boolean isHealthy() {
        return !health.isUnhealthy();
    }

    /** How it is asked to end. */
    StopSignal stopSignal() {
        return stopSignal;
    }

    /** The next one, which {@link #spawn} launches. */
    void prepare(int launch) {
        startNs = ports.loop().nowNs();
        spawning = true;
        startFailure = "";
        watchdog.begin();
        said.begin(launch);
        launching = new Spawner.Request(group, config, logs, launch);
    }

    /** It is not launched after all: somebody has decided otherwise meanwhile. */
    void callOff() {
        spawning = false;
        owner.onSpawnFailed("stopped");
    }

    void spawn() {
        ports.spawner().spawn(launching, new Spawner.Listener() {
            @Override
            public void onSpawned(int newPid, long atNs) {
                spawned(newPid, atNs);
            }

            @Override
            public void onSpawnFailed(String error) {
                spawning = false;
                log.info("spawnerr: {}", error);
                owner.onSpawnFailed(error);
            }
        });
    }

    private void spawned(int newPid, long atNs) {
        spawning = false;
        pid = newPid;
        startNs = atNs;
        log.info("spawned: '{}' with pid {}", config.name(), newPid);
        if (owner.state() == State.STOPPING) {
            // Asked to stop while the launch was under way.
            stopSignal.send();
            return;
        }
        owner.onSpawned();
        if (notifies()) {
            said.takeEarly().forEach(this::hear);
        } else if (health.isWanted()) {
            health.begin();
        } else {
            awaitStartsecs();
        }
    }

    private void awaitStartsecs() {
        ports.loop().at(this, startNs + startsecsNs(), "startsecs " + config.name(), this::onStartsecs);
    }

    private void onStartsecs() {
        owner.onReady("process has stayed up for > than " + config.startsecs() + " seconds (startsecs)");
    }

    /** Asks it to end. */
    void stop() {
        if (spawning) {
            ports.spawner().cancel(launching);
        } else if (pid != 0 && !stopSignal.isSent()) {
            stopSignal.send();
        }
    }

    /** What is to be known of it by the next daemon. */
    ProcessRecord.Launch record() {
        return new ProcessRecord.Launch(said.launch(), pid, startNs, said.status(), startFailure);
    }

    /** Nobody has launched it here: an earlier daemon has, or its end is still to be told. */
    void resume(ProcessRecord.Launch other, int itsPid) {
        pid = itsPid;
        startNs = other.startNs();
        startFailure = other.failure();
        said.resume(other);
        watchdog.begin();
    }

    /** It starts: what decides whether it is ready is waited for again. */
    void resumeStarting() {
        if (!startFailure.isEmpty()) {
            stopSignal.send();
        } else if (notifies()) {
            // What it said while there was no daemon has not been heard, and nobody says it twice.
            long patience = Math.max(startsecsNs(), LOST_READY_NS);
            ports.loop()
                    .at(this, ports.loop().nowNs() + patience, "lost READY of " + config.name(), this::onNeverHeard);
        } else if (health.isWanted()) {
            health.begin();
        } else {
            awaitStartsecs();
        }
    }

    private void onNeverHeard() {
        if (health.isWanted()) {
            health.begin();
        } else {
            owner.onReady("it stays up; if it said that it is ready, there was no daemon to hear it");
        }
    }

    /** It runs: whoever watches it goes on. */
    void resumeRunning() {
        if (notifies()) {
            watchdog.feed();
        }
        health.resume();
    }

    /** Passes a client's signal on; false if that failed. */
    boolean pass(int signal) {
        return signals.pass(signal);
    }

    /** The process enters a state: what belongs to the one before ends. */
    void onState(State to) {
        ports.loop().cancel(this);
        watchdog.cancel();
        stopSignal.cancel();
        if (to == State.RUNNING && notifies()) {
            watchdog.feed();
        }
        if (to != State.STARTING && to != State.RUNNING) {
            health.end();
        }
    }

    /** Whether it has ended before it was ready: until it has said READY=1 and is healthy, it is never too late to have failed. */
    boolean isTooQuick(long diedAtNs) {
        return notifies() || health.isWanted() || diedAtNs - startNs < startsecsNs();
    }

    /** Why it has ended before it was ready. */
    String whyItFailed() {
        if (!startFailure.isEmpty()) {
            return startFailure;
        }
        return said.status().isEmpty() ? "Exited too quickly (process log may have details)" : said.status();
    }

    /**
     * It says something of itself.
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
            log.info("'{}' ({}) says that it is stopping", config.name(), pid);
            if (owner.state() == State.RUNNING) {
                owner.onLeaving();
            }
        }
        if (message.ready() && owner.state() == State.STARTING && health.isWanted()) {
            health.begin();
        } else if (message.ready() && owner.state() == State.STARTING) {
            owner.onReady("it says that it is ready");
        } else if (message.alive() && owner.state() == State.RUNNING) {
            watchdog.feed();
        }
        if (message.replace().isPresent() && owner.state() == State.RUNNING) {
            owner.onReplaceAsked(message.replace().get());
        }
    }

    @Override
    public void onHealthy() {
        if (owner.state() == State.STARTING) {
            owner.onReady("it is healthy");
        } else {
            owner.onReadyAgain();
        }
    }

    @Override
    public void onNeverHealthy(String reason) {
        startFailure = "unhealthy: " + reason;
        log.warn("'{}' ({}) has not become healthy, it is stopped: {}", config.name(), pid, reason);
        stopSignal.send();
    }

    @Override
    public void onUnhealthy(String reason) {
        log.warn("'{}' ({}) is unhealthy: {}", config.name(), pid, reason);
        if (config.autorestart() != Autorestart.NEVER) {
            owner.onReplaceAsked("unhealthy: " + reason);
        }
    }

    /** What is said of one that runs. */
    String remark() {
        return Description.both(said.status(), health.text());
    }

    /** What is said of one that starts, empty for nothing. */
    String notReadyYet() {
        if (pid == 0 || !(notifies() || health.isWanted())) {
            return "";
        }
        String what = health.text().isEmpty() ? "not ready yet" : health.text();
        return "pid " + pid + ", " + Description.both(said.status(), startFailure.isEmpty() ? what : startFailure);
    }

    private void onLost(int signal) {
        owner.onLost(
                "unknown problem sending sig " + SignalName.of(signal) + " to " + config.name() + " (" + pid + ")");
    }

    private boolean notifies() {
        return config.additions().notifies();
    }

    private long startsecsNs() {
        return TimeUnit.SECONDS.toNanos(Math.max(0, config.startsecs()));
    }
}
