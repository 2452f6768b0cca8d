package corral.daemon;

import corral.daemon.config.DaemonConfig;
import corral.daemon.loop.Loop;
import corral.daemon.process.ServerSignals;
import corral.daemon.process.Supervisor;
import corral.daemon.process.SupervisorCommands;
import corral.daemon.process.SupervisorState;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each signal does: Supervisor's meaning (spec/supervisor.md 6.4), or, with {@code hangup=reload}, that of a server in the
 * foreground (server spec 1.9). Called on a thread of the JVM's.
 */
final class SignalActions {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private final Supplier<DaemonConfig> config;
    private final Loop loop;
    private final Supervisor supervisor;
    private final SupervisorCommands commands;
    private final ServerSignals servers;
    private final Runnable reopenLogs;
    private volatile boolean exitAsked;

    SignalActions(
            Supplier<DaemonConfig> config,
            Loop loop,
            Supervisor supervisor,
            SupervisorCommands commands,
            Runnable reopenLogs) {
        this.config = config;
        this.loop = loop;
        this.supervisor = supervisor;
        this.commands = commands;
        this.servers = new ServerSignals(supervisor, commands);
        this.reopenLogs = reopenLogs;
    }

    /** A signal has come; {@code name} is without SIG. */
    void onSignal(String name) {
        boolean server = config.get().reloadsOnHangup();
        switch (name) {
            case "TERM", "INT" -> {
                exitAsked = true;
                log.warn("received SIG{} indicating exit request", name);
                loop.post("SIG" + name, supervisor::shutdown);
            }
            case "HUP" -> {
                if (server) {
                    log.warn("received SIGHUP indicating reload request");
                    servers.reload(config.get().regenerate());
                } else {
                    restart();
                }
            }
            case "USR1" -> {
                if (server) {
                    reopen(name);
                    servers.reopenLogs();
                } else {
                    meansNothing(name);
                }
            }
            case "USR2" -> {
                if (server) {
                    log.warn("received SIGUSR2 indicating upgrade request");
                    servers.upgrade();
                } else {
                    reopen(name);
                }
            }
            case "TTIN" -> servers.scale(1);
            case "TTOU" -> servers.scale(-1);
            default -> meansNothing(name);
        }
    }

    /** Whether the daemon was told to end. Any thread. */
    boolean isExitAsked() {
        return exitAsked;
    }

    private static void meansNothing(String name) {
        log.info("received SIG{}, which means nothing here", name);
    }

    private void reopen(String name) {
        log.info("received SIG{} indicating log reopen request", name);
        reopenLogs.run();
    }

    private void restart() {
        if (supervisor.state() == SupervisorState.SHUTDOWN) {
            log.warn("ignored SIGHUP indicating restart request (shutdown in progress)");
            return;
        }
        log.warn("received SIGHUP indicating restart request");
        CompletableFuture<Void> unused = commands.restart().exceptionally(error -> {
            log.error("not restarted, nothing has changed: {}", error.getMessage());
            return null;
        });
    }
}
