package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigReader;
import corral.daemon.config.ConfigResult;
import corral.daemon.config.Overrides;
import corral.daemon.config.Problem;
import corral.daemon.config.ProblemText;
import corral.daemon.control.ControlServer;
import corral.daemon.control.ControlServerException;
import corral.daemon.control.GivenSocket;
import corral.daemon.fault.FaultPoints;
import corral.daemon.logging.ActivityLog;
import corral.daemon.logging.Severity;
import corral.daemon.loop.Clock;
import corral.daemon.loop.ThreadLoop;
import corral.daemon.os.Detacher;
import corral.daemon.os.Native;
import corral.daemon.os.NotifySocket;
import corral.daemon.os.OsException;
import corral.daemon.os.Privileges;
import corral.daemon.os.SignalCatcher;
import corral.daemon.os.Syslog;
import corral.daemon.process.ConfigSource;
import corral.daemon.process.Legacy;
import corral.daemon.process.Supervisor;
import corral.daemon.process.SupervisorCommands;
import corral.daemon.service.ServiceEnvironment;
import corral.daemon.service.ServiceNotices;
import corral.daemon.upgrade.HandOver;
import corral.daemon.upgrade.Start;
import corral.daemon.upgrade.Upgrade;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon put together: makes each part once, starts them in their order, and takes them down. */
final class Daemon implements Supervisor.Lifecycle {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long THREAD_RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /** By then everything that starts by itself has started. */
    private static final long SETTLED_NS = TimeUnit.SECONDS.toNanos(5);

    /** What twenty restarts a minute leave behind grows by a megabyte meanwhile; it takes 11 to 18 ms to collect. */
    private static final long COLLECTED_NS = TimeUnit.MINUTES.toNanos(15);

    private final Native os;
    private final Map<String, String> environment;
    private final ConfigReader reader;
    private final Overrides overrides;
    private final Syslog syslog;
    private final ActivityLog activityLog;
    private final ThreadLoop loop = new ThreadLoop(Clock.SYSTEM);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long sinceMs = Clock.SYSTEM.epochMillis();
    private final Start start;
    private final Optional<Map<String, Integer>> inherited;
    private final StartSockets startSockets;
    private final DescriptorLimit descriptorLimit;
    private final FaultPoints faults;
    /** Last read; its global options take effect at once, as in Supervisor (spec/supervisor.md 6.6). */
    private volatile Config config;

    private RuntimeDirectory runtimeDirectory;
    private Machinery machinery;
    private Supervisor supervisor;
    private SupervisorCommands commands;
    private volatile ControlServer control;
    private SignalActions signals;
    private Upgrade upgrade;
    private PidFile pidFile;
    private ServiceNotices notices;
    /** The own pid when another process was started and has gone, else 0. */
    private int mainPid;

    /**
     * Makes what can be made before anything is opened.
     *
     * @param start how it was started
     * @param reader of its configuration
     */
    Daemon(Native os, Start start, ConfigReader reader, Overrides overrides, Config config) {
        this.os = os;
        this.start = start;
        this.environment = OwnEnvironment.read();
        this.inherited = HandOver.read(System.getenv());
        this.startSockets = new StartSockets(os, start.environment(), inherited);
        this.reader = reader;
        this.overrides = overrides;
        this.config = config;
        this.syslog = new Syslog(os, "corrald");
        this.activityLog = new ActivityLog(System.out, syslog::send);
        this.descriptorLimit = new DescriptorLimit(os);
        this.faults = FaultPoints.fromEnvironment(environment, os::killSelf);
    }

    /** Runs until everything has been stopped; exit status. */
    int run(List<Problem> problems, Detached detached) throws UsageException, IOException {
        if (detached.isBackground()) {
            mainPid = os.pid();
        }
        if (detached.isBackground() || (isUpgraded() && !config.daemon().nodaemon())) {
            enterBackground();
        }
        dropPrivileges();
        List<String> raised = descriptorLimit.apply(config.daemon());
        runtimeDirectory = RuntimeDirectory.lock(config, environment, os, startSockets.lock());
        openActivityLog();
        sayProblems(problems);
        raised.forEach(log::info);
        build();
        try {
            openControl();
        } catch (ControlServerException e) {
            if (!isUpgraded()) {
                runtimeDirectory.release();
                throw new UsageException(e.getMessage());
            }
            withoutControl(e);
        }
        signals = new SignalActions(() -> config.daemon(), loop, supervisor, commands, this::reopenLogs);
        upgrade = upgrade();
        pidFile = new PidFile(config.daemon().pidfile());
        pidFile.write(os.pid());
        if (detached.isBackground()) {
            log.info("daemonizing the supervisord process");
        }
        log.info(isUpgraded() ? "upgraded in place with pid {}" : "supervisord started with pid {}", os.pid());
        Optional<Legacy> legacy = machinery.legacy(config);
        if (legacy.isPresent()) {
            resume(config, legacy.get());
        } else {
            begin(config);
        }
        loop.post("begin reaping", machinery::startReaping);
        // A shutdown that overtook what is posted above would end the daemon before it knew its processes.
        SignalCatcher.install(os, signals::onSignal);
        detached.ready();
        control.serve();
        await();
        return supervisor.exitStatus();
    }

    @Override
    public void onReloading() {
        notices.reloading();
    }

    @Override
    public void onReloaded() {
        notices.reloaded();
    }

    @Override
    public void onStopping() {
        notices.stopping();
    }

    @Override
    public void onShutDown() {
        // Off the loop: closing servers waits for their threads.
        offLoop("shutdown", this::end);
    }

    @Override
    public void onRestart(Config next) {
        offLoop("restart", () -> restartWith(next));
    }

    /** Runs something on a thread of its own, as soon as there may be one: the machine may have no room for another now. Loop thread. */
    private void offLoop(String name, Runnable work) {
        try {
            new Thread(null, work, name).start();
        } catch (OutOfMemoryError e) {
            log.error("no thread for '{}', trying again: {}", name, e.getMessage());
            loop.at(name, loop.nowNs() + THREAD_RETRY_NS, name, () -> offLoop(name, work));
        }
    }

    private void build() {
        machinery = new Machinery(
                os,
                loop,
                environment,
                runtimeDirectory.path(),
                () -> config.daemon(),
                descriptorLimit,
                syslog,
                faults,
                Handed.of(os, startSockets, runtimeDirectory.path()));
        supervisor = new Supervisor(machinery.ports(), this);
        supervisor.endWith(() -> config.daemon().exitWith());
        commands = new SupervisorCommands(loop, supervisor, configSource());
        notices = notices();
        machinery.start(supervisor::onReaped, supervisor::onNotification, transition -> notices.onTransition());
        loop.start();
    }

    private void resume(Config next, Legacy legacy) {
        if (!next.daemon().nocleanup()) {
            machinery.removeOldAutoLogs(legacy.logs());
        }
        descriptorLimit.reserveFor(next);
        loop.post("resume", () -> {
            supervisor.resume(next, legacy);
            settle();
        });
    }

    private ServiceNotices notices() {
        ServiceEnvironment service = OwnEnvironment.ofService(os.pid());
        if (service.notifySocket().isPresent()) {
            try {
                NotifySocket socket = NotifySocket.to(os, service.notifySocket().get());
                return new ServiceNotices(
                        loop,
                        socket::send,
                        service.watchdogNs(),
                        () -> supervisor.tally().text());
            } catch (OsException e) {
                log.warn("the service manager will not hear of this daemon: {}", e.getMessage());
            }
        }
        return ServiceNotices.none(loop);
    }

    private void begin(Config next) {
        if (!next.daemon().nocleanup()) {
            machinery.removeOldAutoLogs(Set.of());
        }
        descriptorLimit.reserveFor(next);
        loop.post("begin", () -> {
            supervisor.begin(next);
            settle();
        });
    }

    private void settle() {
        notices.begun(mainPid);
        loop.at(this, loop.nowNs() + SETTLED_NS, "settled", this::onSettled);
    }

    private void onSettled() {
        machinery.closeUnclaimed();
        collectGarbage();
    }

    /** Reading a configuration and launching everything leaves megabytes, which the JVM would keep until it has all that it may have. */
    private void collectGarbage() {
        offLoop("collect garbage", System::gc);
        loop.at(this, loop.nowNs() + COLLECTED_NS, "collect garbage", this::collectGarbage);
    }

    /** Whether this daemon goes on in the process of another one. */
    private boolean isUpgraded() {
        return inherited.isPresent();
    }

    private Upgrade upgrade() {
        StillDaemon.Parts parts =
                new StillDaemon.Parts(loop, supervisor, machinery, () -> control, signals, startSockets);
        return new Upgrade(
                os,
                machinery.upgradeCheck(),
                start,
                new Upgrade.Ground(runtimeDirectory.path().toString(), os.euid(), descriptorLimit.original()),
                new StillDaemon(os, parts, runtimeDirectory.handOver()));
    }

    private Facts facts() {
        return new Facts(() -> config, activityLog, os.pid(), sinceMs, () -> upgrade);
    }

    /** Opens control servers, which do not serve yet. */
    private void openControl() throws ControlServerException {
        Map<String, GivenSocket> given = startSockets.forControl(config.servers());
        if (!given.isEmpty() && !ControlServer.takesSockets()) {
            throw new ControlServerException("Netty's native library is needed for sockets that listen already", null);
        }
        ControlServer server = new ControlServer(config.servers(), given, commands, facts(), log);
        server.open();
        control = server;
    }

    /** The programs matter more than the control port: they go on all the same, and HUP tries again. */
    private void withoutControl(ControlServerException e) {
        control = new ControlServer(List.of(), commands, facts(), log);
        log.error(Severity.CRITICAL, "running without control servers: {}", e.getMessage());
    }

    private void restartWith(Config next) {
        control.stop();
        config = next;
        try {
            activityLog.configure(next.daemon());
        } catch (IOException e) {
            log.error("the activity log stays where it was: {}", e.toString());
        }
        try {
            openControl();
        } catch (ControlServerException e) {
            withoutControl(e);
        }
        begin(next);
        control.serve();
    }

    private void end() {
        control.stop();
        pidFile.remove();
        machinery.end();
        loop.stop();
        try {
            runtimeDirectory.release();
        } catch (IOException e) {
            log.warn("the runtime directory could not be removed: {}", e.toString());
        }
        activityLog.stop();
        ended.countDown();
    }

    private void await() {
        boolean waiting = true;
        while (waiting) {
            try {
                ended.await();
                waiting = false;
            } catch (InterruptedException e) {
                // Nobody interrupts the main thread; if somebody did, the children would still need us.
            }
        }
    }

    private void enterBackground() throws OsException {
        String directory = config.daemon().directory().map(Object::toString).orElse("");
        new Detacher(os).enter(directory, config.daemon().umask());
    }

    private void dropPrivileges() throws UsageException {
        if (config.daemon().user().isPresent()) {
            try {
                new Privileges(os).become(config.daemon().user().get());
            } catch (OsException e) {
                throw new UsageException(e.getMessage());
            }
        }
    }

    private void openActivityLog() throws UsageException, IOException {
        try {
            activityLog.configure(config.daemon());
        } catch (IOException e) {
            runtimeDirectory.release();
            throw new UsageException("the log file cannot be opened: " + e.getMessage()
                    + "; logfile= in [supervisord] names another, such as /dev/stdout");
        }
    }

    private void sayProblems(List<Problem> problems) {
        if (config.daemon().user().isPresent()) {
            log.info(
                    "Set uid to user {} succeeded", config.daemon().user().get().uid());
        } else if (os.euid() == 0) {
            log.error(
                    Severity.CRITICAL,
                    "Supervisor is running as root.  Privileges were not dropped because no user is specified in the"
                            + " config file.  If you intend to run as root, you can set user=root in the config file to"
                            + " avoid this message.");
        }
        problems.forEach(problem -> log.warn(
                "{}", problem.supervisorText().isEmpty() ? ProblemText.line(problem) : problem.supervisorText()));
        config.included().forEach(file -> log.info("Included extra file \"{}\" during parsing", file));
    }

    private ConfigSource configSource() {
        return answer -> offLoop("config", () -> {
            ConfigResult result = reader.read(config.file(), environment, overrides);
            result.config().ifPresent(read -> config = read);
            loop.post("configuration read", () -> answer.accept(result));
        });
    }

    private void reopenLogs() {
        activityLog.reopen();
        log.info("supervisord logreopen");
        machinery.reopenLogs();
    }
}
