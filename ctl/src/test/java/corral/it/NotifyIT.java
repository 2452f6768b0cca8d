package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the daemon says to whoever started it, by sd_notify(3). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("Supervisor says nothing")
class NotifyIT {
    private static final String SLOW = "[program:slow]\ncommand=/bin/cat\nstartsecs=2\n";
    private static final String LINGERING = """
            [program:lingering]
            command=/bin/sh -c "trap : TERM; echo ready; while :; do sleep 0.05; done"
            stdout_logfile=${dir}/lingering.log
            stopwaitsecs=11
            startsecs=0
            """;

    private final Lab lab;

    NotifyIT(Lab lab) {
        this.lab = lab;
    }

    private static DaemonBuilder heardBy(ServiceManager manager, DaemonBuilder builder) {
        return builder.env("NOTIFY_SOCKET", manager.address());
    }

    private ServiceManager manager(DaemonBuilder builder) {
        return new ServiceManager(
                lab, builder.dir(), builder.dir().resolve("notify").toString());
    }

    private static void awaitHeard(RunningDaemon daemon, ServiceManager manager, String message) {
        daemon.until(
                "message " + message + " after " + manager.heard(),
                () -> manager.heard().stream().anyMatch(line -> line.contains(message)));
    }

    @Test
    void isReadyWhenItAnswersThoughProgramsStillStart() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW);
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).launch()) {
            awaitHeard(daemon, manager, "READY=1");
            assertThat(daemon.answers()).isTrue();
            assertThat(manager.heard()).startsWith(daemon.pid() + " READY=1 | STATUS=0 of 1 process running");
            daemon.awaitState("slow", "RUNNING");
            awaitHeard(daemon, manager, "STATUS=1 of 1 process running");
            daemon.rpc("supervisor.stopProcess", "slow");
            daemon.until(
                    "the status after the stop",
                    () -> manager.heard()
                            .get(manager.heard().size() - 1)
                            .equals(daemon.pid() + " STATUS=0 of 1 process running"));
        }
    }

    @Test
    void anAbstractSocketIsHeardToo() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW);
        try (ServiceManager manager = new ServiceManager(lab, builder.dir(), "@corral-it/" + UUID.randomUUID());
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            awaitHeard(daemon, manager, "READY=1");
        }
    }

    @Test
    void aReloadIsSaidAndWhenItIsOver() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW);
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            daemon.signal("HUP", daemon.pid());
            daemon.until("two times ready", () -> ready(manager) == 2);
            assertThat(manager.heard())
                    .anySatisfy(line -> assertThat(line).matches("\\d+ RELOADING=1 \\| MONOTONIC_USEC=[1-9]\\d*"));
            daemon.awaitAnswer();
            assertThat(daemon.ctl("reload").exit()).isZero();
            daemon.until("three times ready", () -> ready(manager) == 3);
        }
    }

    @Test
    void aReloadThatIsRefusedIsOverAtOnce() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW);
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            daemon.configure("[program:slow]\n");
            long child = daemon.awaitState("slow", "RUNNING");
            daemon.signal("HUP", daemon.pid());
            daemon.until("two times ready", () -> ready(manager) == 2);
            assertThat(daemon.pid("slow")).isEqualTo(child);
        }
    }

    private static long ready(ServiceManager manager) {
        return manager.heard().stream().filter(line -> line.contains("READY=1")).count();
    }

    @Test
    void asksForTimeWhileProgramsTakeLongToStop() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(LINGERING);
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            daemon.until("the trap", () -> daemon.text("lingering.log").equals("ready\n"));
            daemon.signal("TERM", daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
            List<String> end = manager.heard().stream()
                    .map(line -> line.replaceFirst("\\d+ ", ""))
                    .dropWhile(line -> !line.startsWith("STOPPING"))
                    .toList();
            assertThat(end.get(0)).isEqualTo("STOPPING=1 | STATUS=shutting down, 1 to stop");
            assertThat(end).filteredOn("EXTEND_TIMEOUT_USEC=30000000"::equals).hasSize(2);
        }
    }

    @Test
    void givesSignsOfLifeUntilItIsStopped() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs(SLOW)
                .env("WATCHDOG_USEC", "200000")
                .prefix("/bin/sh", "-c", "WATCHDOG_PID=$$; export WATCHDOG_PID; exec \"$@\"", "sh");
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            daemon.until("signs of life", () -> signs(manager) > 10);
            daemon.signal("STOP", daemon.pid());
            daemon.until(
                    "the stop",
                    () -> ProcFs.status(daemon.process().pid()).get("State").startsWith("T"));
            long before = signs(manager);
            daemon.signal("CONT", daemon.process().pid());
            daemon.until("signs of life again", () -> signs(manager) > before);
        }
    }

    private static long signs(ServiceManager manager) {
        return manager.heard().stream()
                .filter(line -> line.endsWith(" WATCHDOG=1"))
                .count();
    }

    @Test
    void aWatchdogForAnotherProcessIsLeftAlone() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs(SLOW)
                .env("WATCHDOG_USEC", "10000")
                .env("WATCHDOG_PID", "1");
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            awaitHeard(daemon, manager, "STATUS=1 of 1 process running");
            assertThat(signs(manager)).isZero();
        }
    }

    @Test
    void itsProgramsKnowNothingOfIt() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs("[program:cat]\ncommand=/bin/cat\n[program:talks]\ncommand=/bin/cat\nnotify=true\n")
                .env("WATCHDOG_USEC", "10000000")
                .env("WATCHDOG_PID", "1")
                .env("LISTEN_PID", "1")
                .env("LISTEN_FDS", "1")
                .env("LISTEN_FDNAMES", "x")
                .env("FDSTORE", "5");
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            long cat = daemon.awaitState("cat", "RUNNING");
            assertThat(ProcFs.environment(cat))
                    .doesNotContainKeys(
                            "NOTIFY_SOCKET",
                            "WATCHDOG_USEC",
                            "WATCHDOG_PID",
                            "LISTEN_PID",
                            "LISTEN_FDS",
                            "LISTEN_FDNAMES",
                            "FDSTORE");
            daemon.until("the pid of talks", () -> daemon.pid("talks") > 0);
            assertThat(ProcFs.environment(daemon.pid("talks")).get("NOTIFY_SOCKET"))
                    .isNotEqualTo(manager.address());
        }
    }

    @Test
    void detachedItSaysWhichProcessItIs() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW).detached();
        try (ServiceManager manager = manager(builder);
                RunningDaemon daemon = heardBy(manager, builder).start()) {
            awaitHeard(daemon, manager, daemon.pid() + " READY=1 | MAINPID=" + daemon.pid() + " | STATUS=");
        }
    }

    @Test
    void aSocketThatIsNotThereHurtsNobody() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(SLOW).env("NOTIFY_SOCKET", "/nowhere/notify");
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("slow", "RUNNING");
            daemon.awaitLog("WARN the service manager does not hear: sendto /nowhere/notify: ENOENT");
        }
    }
}
