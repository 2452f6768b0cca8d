package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a killed daemon could not hand over, and a service manager has kept (sd_notify(3), FDSTORE=1). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("nothing survives a Supervisor that is killed")
class DescriptorStoreIT {
    private static final String DYING = """
            [program:dying]
            command=/bin/sh -c "echo first; while ! [ -e ${dir}/go ]; do sleep 0.02; done; echo last; echo words >&2; exit 7"
            stdout_logfile=${dir}/dying.out
            stderr_logfile=${dir}/dying.err
            startsecs=0
            autorestart=false
            """;

    /** It says it once. */
    private static final String SPEAKER = """
            import os, socket, time
            while not os.path.exists("${dir}/go"):
                time.sleep(0.02)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
            open("${dir}/said", "w").close()
            time.sleep(600)
            """;

    private final Lab lab;

    DescriptorStoreIT(Lab lab) {
        this.lab = lab;
    }

    private ServiceManager manager(DaemonBuilder builder, int room) {
        return new ServiceManager(
                lab, builder.dir(), builder.dir().resolve("notify").toString(), room);
    }

    private static void kill(RunningDaemon daemon) throws InterruptedException {
        daemon.process().destroyForcibly();
        assertThat(daemon.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitHeard(RunningDaemon daemon, ServiceManager manager, String message) {
        daemon.until(
                "message " + message + " after " + manager.heard(),
                () -> manager.heard().stream().anyMatch(line -> line.endsWith(message)));
    }

    @Test
    void theLastWordsOfAProgramThatEndsWithoutADaemonAreInItsLog() throws IOException, InterruptedException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(DYING);
        try (ServiceManager manager = manager(builder, 10);
                RunningDaemon first = manager.starts(builder).start()) {
            long child = first.awaitState("dying", "RUNNING");
            first.until("its first word", () -> first.text("dying.out").equals("first\n"));
            awaitHeard(first, manager, "FDNAME=corral/fifo/dying/dying.stdout");
            awaitHeard(first, manager, "FDNAME=corral/fifo/dying/dying.stderr");
            kill(first);
            Files.createFile(first.dir().resolve("go"));
            first.until(
                    "its end",
                    () -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
            try (RunningDaemon second = builder.start()) {
                second.awaitState("dying", "EXITED");
                second.until("its last word", () -> second.text("dying.out").equals("first\nlast\n"));
                second.until(
                        "what it complained of", () -> second.text("dying.err").equals("words\n"));
                awaitHeard(second, manager, "FDSTOREREMOVE=1 | FDNAME=corral/fifo/dying/dying.stdout");
                awaitHeard(second, manager, "FDSTOREREMOVE=1 | FDNAME=corral/fifo/dying/dying.stderr");
                assertThat(stored(manager)).hasSize(2);
            }
        }
    }

    @Test
    void aProgramThatIsReadyWithoutADaemonIsRunningForTheNext() throws IOException, InterruptedException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs("[program:speaking]\nnotify=true\nstartsecs=60\ncommand=" + Distribution.python()
                        + " ${dir}/speaking.py\n")
                .file("speaking.py", SPEAKER);
        try (ServiceManager manager = manager(builder, 10);
                RunningDaemon first = manager.starts(builder).start()) {
            first.until("its pid", () -> first.pid("speaking") > 0);
            long child = first.pid("speaking");
            assertThat(first.state("speaking")).isEqualTo("STARTING");
            first.until("three descriptors", () -> stored(manager).size() == 3);
            kill(first);
            Files.createFile(first.dir().resolve("go"));
            first.until("its word", () -> Files.exists(first.dir().resolve("said")));
            try (RunningDaemon second = builder.start()) {
                assertThat(second.awaitState("speaking", "RUNNING")).isEqualTo(child);
                second.rpc("supervisor.stopProcess", "speaking");
                // What was taken over is known to be kept, so it is removed, but was not pushed again.
                second.until("nothing to be left", () -> removed(manager) == 3);
                assertThat(stored(manager)).hasSize(3);
            }
        }
    }

    @Test
    void aStoreThatIsFullIsLeftAlone() {
        DaemonBuilder builder =
                lab.daemon(Kind.CORRAL).programs("[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\n");
        try (ServiceManager manager = manager(builder, 3);
                RunningDaemon daemon = manager.starts(builder).start()) {
            daemon.awaitLog("WARN the service manager keeps no more than 3 descriptors");
            daemon.until("three descriptors", () -> stored(manager).size() == 3);
            daemon.awaitState("a", "RUNNING");
            daemon.awaitState("b", "RUNNING");
            assertThat(stored(manager)).hasSize(3);
        }
    }

    private static List<String> stored(ServiceManager manager) {
        return manager.heard().stream()
                .filter(line -> line.contains("FDSTORE=1"))
                .toList();
    }

    private static long removed(ServiceManager manager) {
        return manager.heard().stream()
                .filter(line -> line.contains("FDSTOREREMOVE=1"))
                .count();
    }
}
