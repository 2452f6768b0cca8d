package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What programs may use, and what is told of what they use. */
@CorralOnly("has none of it")
@ExtendWith(LabExtension.class)
class LimitsIT {
    private static final String SHOW = """
            command=/bin/sh -c "ulimit -Sn; ulimit -Hn; ulimit -Sc; nice; cat /proc/self/oom_score_adj; exec sleep 1000"
            rlimit_nofile=300:400
            rlimit_core=0
            nice=3
            oom_score_adj=200
            """;

    private final Lab lab;

    LimitsIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start(String sections) {
        return lab.daemon(Kind.CORRAL).programs(sections).start();
    }

    private static void assertShown(RunningDaemon daemon) {
        daemon.until("what it sees", () -> daemon.text("show.log").lines().count() == 5);
        assertThat(daemon.text("show.log").lines()).containsExactly("300", "400", "0", "3", "200");
    }

    @Test
    void aProgramSeesItsLimitsFromItsFirstInstructionOn() {
        try (RunningDaemon daemon = start("[program:show]\nstdout_logfile=${dir}/show.log\n" + SHOW)) {
            assertShown(daemon);
        }
    }

    @AsRoot
    @Test
    void soDoesOneOfAnotherUser() {
        try (RunningDaemon daemon = start("[program:show]\nuser=nobody\nstdout_logfile=${dir}/show.log\n" + SHOW)) {
            assertShown(daemon);
        }
    }

    private static String cgroup(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                .filter(line -> line.startsWith("0::"))
                .findFirst()
                .orElse("");
    }

    @Test
    void whatHasLeftItsSessionEndsWithAProgramThatHasACgroup() throws IOException {
        try (RunningDaemon daemon = start("""
                [program:web]
                command=/bin/sh -c "setsid -f sleep 4321; exec sleep 1000"
                killasgroup=true
                stopwaitsecs=1
                """)) {
            long pid = daemon.awaitState("web", "RUNNING");
            assumeTrue(cgroup(pid).contains("/corral-"), "no cgroup v2 that can be written to here");
            daemon.until("the stray", () -> strays(daemon) == 1);
            assertThat(daemon.ctl("stop", "web").out()).isEqualTo("web: stopped\n");
            daemon.until("the end of the stray", () -> strays(daemon) == 0);
        }
    }

    private static long strays(RunningDaemon daemon) {
        return daemon.processes().stream()
                .filter(pid -> ProcFs.commandLine(pid).contains("4321"))
                .count();
    }

    @Test
    void withoutCgroupsMemoryMaxIsWatchedAndTheLogSaysSo() {
        try (RunningDaemon daemon = start("""
                [supervisord]
                cgroup=off
                [program:web]
                command=/usr/bin/python3 -c "x = bytearray(100 << 20); import time; time.sleep(1000)"
                memory_max=60MB
                cpu_max=0.5
                """)) {
            daemon.awaitLog("'web': memory_max is not held by the kernel here \\(cgroup=off\\); it is replaced when");
            daemon.awaitLog("'web': cpu_max is not held by the kernel here \\(cgroup=off\\); nothing stands in");
            daemon.awaitLog("'web' \\(\\d+\\) has \\d+ MB of memory, memory_max is 60 MB");
            daemon.until("a restart", () -> daemon.log().contains("stopped: web"));
        }
    }

    @Test
    void statusTellsWhatProcessesUse() {
        try (RunningDaemon daemon = start("[program:web]\ncommand=/bin/cat\nautorestart=true\n")) {
            long pid = daemon.awaitState("web", "RUNNING");
            daemon.signal("KILL", pid);
            daemon.until(
                    "another",
                    () -> daemon.pid("web") != pid && daemon.state("web").equals("RUNNING"));
            assertThat(daemon.ctl("status", "-v").out().lines().toList().get(1))
                    .matches(
                            "    cpu \\d+\\.\\d % \\(0:00:0\\d\\), memory \\d+\\.\\d MB, 3 descriptors, 1 thread, 1 restart.*");
            assertThat(daemon.ctl("status").out().lines()).hasSize(1);
        }
    }
}
