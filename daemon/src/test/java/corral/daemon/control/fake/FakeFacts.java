package corral.daemon.control.fake;

import corral.daemon.control.DaemonFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A daemon whose activity log is a file of the test. */
public final class FakeFacts implements DaemonFacts {
    private final Optional<Path> log;
    private final boolean supervisorInterface;

    /** A daemon with or without a log and the {@code supervisor.*} namespace. */
    public FakeFacts(Optional<Path> log, boolean supervisorInterface) {
        this.log = log;
        this.supervisorInterface = supervisorInterface;
    }

    @Override
    public String identification() {
        return "supervisor";
    }

    @Override
    public int pid() {
        return (int) ProcessHandle.current().pid();
    }

    @Override
    public Optional<Path> activityLog() {
        return log;
    }

    @Override
    public void clearActivityLog() throws IOException {
        Files.write(log.orElseThrow(), new byte[0]);
    }

    @Override
    public boolean supervisorInterface() {
        return supervisorInterface;
    }
}
