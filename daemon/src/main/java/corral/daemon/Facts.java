package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.control.DaemonFacts;
import corral.daemon.logging.ActivityLog;
import corral.daemon.upgrade.Upgrade;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The daemon as its control servers describe it. */
record Facts(Supplier<Config> config, ActivityLog log, int pid, long sinceMs, Supplier<Upgrade> upgrading)
        implements DaemonFacts {
    /** The version of corrald, as its jar says it. */
    static String version() {
        return Optional.ofNullable(Corrald.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    @Override
    public String release() {
        return version();
    }

    @Override
    public CompletableFuture<String> upgrade() {
        return upgrading.get().begin();
    }

    @Override
    public String upgradeFailure() {
        return upgrading.get().failure();
    }

    @Override
    public String identification() {
        return config.get().daemon().identifier();
    }

    @Override
    public Optional<Path> activityLog() {
        // Whoever asks for the path is about to read what has been logged so far.
        log.flush();
        return config.get().daemon().logfile();
    }

    @Override
    public void clearActivityLog() {
        log.clear();
    }

    @Override
    public boolean supervisorInterface() {
        return config.get().supervisorInterface();
    }
}
