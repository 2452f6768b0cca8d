package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Programs with {@code rolling=true}: a successor is ready before the old process is stopped. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("Supervisor starts a process when the one before it has ended")
class RollingIT {
    private static final List<String> BOTH = List.of("r:r0", "r:r1");

    private final Lab lab;
    private RunningDaemon daemon;

    RollingIT(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void open() {
        daemon = lab.daemon(Kind.CORRAL)
                .file("version", "1")
                .file("rolling.py", Script.resource("rolling.py"))
                .programs("""
                        [program:r]
                        command=/usr/bin/python3 rolling.py
                        directory=${dir}
                        numprocs=2
                        process_name=r%(process_num)d
                        notify=true
                        rolling=true
                        stdout_logfile=${dir}/r%(process_num)d.out
                        stderr_logfile=AUTO
                        """)
                .start();
        BOTH.forEach(name -> daemon.awaitState(name, "RUNNING"));
    }

    @AfterEach
    void close() {
        daemon.close();
    }

    private List<Long> pids() {
        return BOTH.stream().map(daemon::pid).toList();
    }

    private String description(String process) {
        return (String) daemon.info(process).get("description");
    }

    private CompletableFuture<Outcome> reload() {
        return CompletableFuture.supplyAsync(() -> daemon.ctl("reload", "r"));
    }

    @Test
    void reloadReplacesAllOfThem() {
        List<Long> before = pids();
        String log = (String) daemon.info("r:r0").get("stderr_logfile");
        daemon.write("version", "2");
        assertThat(daemon.ctl("reload", "r")).matches(outcome -> outcome.exit() == 0);
        assertThat(pids()).doesNotContainAnyElementsOf(before);
        for (String name : BOTH) {
            assertThat(daemon.state(name)).isEqualTo("RUNNING");
            assertThat(description(name)).contains("version 2");
        }
        daemon.until("end of " + before, () -> before.stream().noneMatch(ProcFs::alive));
        assertThat(daemon.info("r:r0").get("stderr_logfile")).isEqualTo(log);
    }

    @Test
    void aVersionThatDoesNotStartStaysOutAndItsTracebackIsTold() {
        List<Long> before = pids();
        daemon.write("version", "broken");
        Outcome outcome = daemon.ctl("reload", "r");
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.toString())
                .contains("r:r0: it is broken")
                .contains("Traceback")
                .contains("RuntimeError: the version is broken");
        assertThat(pids()).isEqualTo(before);
        assertThat(description("r:r0")).contains("version 1").doesNotContain("being replaced");
    }

    @Test
    void whoAsksForASuccessorGetsOne() {
        List<Long> before = pids();
        daemon.signal("USR1", before.get(0));
        daemon.until("a successor", () -> daemon.pid("r:r0") != before.get(0));
        assertThat(daemon.state("r:r0")).isEqualTo("RUNNING");
        assertThat(daemon.pid("r:r1")).isEqualTo(before.get(1));
        daemon.until("the end of the old one", () -> !ProcFs.alive(before.get(0)));
    }

    @Test
    void stopEndsAReloadAndLeavesNeitherOldNorNew() {
        daemon.write("version", "slow");
        CompletableFuture<Outcome> reload = reload();
        daemon.until("replacement", () -> description("r:r0").endsWith("being replaced"));
        assertThat(daemon.ctl("stop", "r:*").exit()).isZero();
        assertThat(reload.join().exit()).isNotZero();
        assertThat(daemon.processes()).hasSize(1);
        assertThat(daemon.state("r:r0")).isEqualTo("STOPPED");
    }

    @Test
    void anOldOneThatDiesMeanwhileIsSucceededAtOnce() {
        long old = daemon.pid("r:r0");
        daemon.write("version", "slow");
        CompletableFuture<Outcome> reload = reload();
        daemon.until("replacement", () -> description("r:r0").endsWith("being replaced"));
        daemon.until("both", () -> daemon.processes().size() == 4);
        daemon.signal("KILL", old);
        daemon.until("the successor's turn", () -> daemon.state("r:r0").equals("STARTING"));
        assertThat(daemon.pid("r:r0")).isNotEqualTo(old).isPositive();
        assertThat(daemon.processes()).hasSize(3);
        daemon.ctl("stop", "r:*");
        assertThat(reload.join().exit()).isNotZero();
    }

    @Test
    void shutdownInTheMiddleOfAReloadLeavesNothing() {
        daemon.write("version", "slow");
        CompletableFuture<Outcome> reload = reload();
        daemon.until("both", () -> daemon.processes().size() >= 4);
        daemon.signal("TERM", daemon.pid());
        daemon.awaitExit();
        assertThat(daemon.processes()).isEmpty();
        reload.join();
    }
}
