package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that reads its configuration again, good or bad (spec/supervisor.md 6.4, 6.6, 1.7). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ReloadIT {
    private static final String PROGRAMS = """
            [program:keep]
            command=/bin/cat
            startsecs=0
            [program:off]
            command=/bin/cat
            startsecs=0
            autostart=false
            """;
    private static final String CHANGED =
            DaemonBuilder.PRELUDE.replace("[unix_http_server]", "loglevel=debug\n[unix_http_server]")
                    + PROGRAMS.replace("off", "renamed").replace("command=/bin/cat\n", "command=/bin/cat -\n")
                    + "[program:new]\ncommand=/bin/cat\nstartsecs=0\n";
    private static final String BROKEN = DaemonBuilder.PRELUDE + PROGRAMS + "[program:broken]\npriority=1\n";

    private final Lab lab;

    ReloadIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start() {
        RunningDaemon daemon = lab.daemon(Kind.CORRAL).programs(PROGRAMS).start();
        daemon.awaitState("keep", "RUNNING");
        return daemon;
    }

    private static void reload(RunningDaemon daemon, String how) {
        if (how.equals("HUP")) {
            daemon.signal("HUP", daemon.process().pid());
        } else {
            assertThat(daemon.ctl("reload").out()).isEqualTo("Restarted supervisord\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "reload"})
    void everythingIsStartedAnewWithTheNewConfiguration(String how) {
        try (RunningDaemon daemon = start()) {
            long pid = daemon.pid();
            long child = daemon.pid("keep");
            daemon.write("supervisord.conf", CHANGED);
            reload(daemon, how);
            daemon.until(
                    "the new program",
                    () -> daemon.answers()
                            && daemon.rpc("supervisor.getAllProcessInfo")
                                    .toString()
                                    .contains("name=new"));
            daemon.awaitState("new", "RUNNING");
            long next = daemon.awaitState("keep", "RUNNING");
            assertThat(daemon.pid()).isEqualTo(pid);
            assertThat(next).isNotEqualTo(child);
            assertThat(ProcFs.alive(child)).isFalse();
            assertThat(ProcFs.commandLine(next)).isEqualTo("/bin/cat -");
            assertThat(daemon.state("renamed")).isEqualTo("STOPPED");
            assertThat(daemon.text("supervisord.pid")).isEqualTo(pid + "\n");
            daemon.rpc("supervisor.stopProcess", "new");
            assertThat(daemon.log()).as("the new loglevel").contains(" DEBG killing new ");
            if (how.equals("HUP")) {
                assertThat(daemon.log()).contains("WARN received SIGHUP indicating restart request");
            }
            Outcome tcp = daemon.ctl(
                    Kind.SUPERVISOR,
                    List.of("-s", "http://127.0.0.1:" + daemon.port(), "-u", "user", "-p", "secret", "pid", "keep"));
            assertThat(tcp.out()).isEqualTo(next + "\n");
        }
    }

    @CorralOnly("Supervisor stops everything and exits with 2")
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "reload"})
    void brokenConfigurationChangesNothing(String how) {
        try (RunningDaemon daemon = start()) {
            long pid = daemon.pid();
            long child = daemon.pid("keep");
            daemon.write("supervisord.conf", BROKEN);
            String message = "program section program:broken does not specify a command";
            if (how.equals("HUP")) {
                daemon.signal("HUP", pid);
                daemon.awaitLog(message);
            } else {
                Outcome reload = daemon.ctl(Kind.SUPERVISOR, List.of("reload"));
                assertThat(reload.toString()).contains("CANT_REREAD: " + message);
                assertThat(reload.exit()).isEqualTo(1);
            }
            assertThat(daemon.answers()).isTrue();
            assertThat(daemon.pid("keep")).isEqualTo(child);
            assertThat(ProcFs.alive(child)).isTrue();
            daemon.write("supervisord.conf", CHANGED);
            reload(daemon, how);
            daemon.until(
                    "the new program",
                    () -> daemon.answers()
                            && daemon.rpc("supervisor.getAllProcessInfo")
                                    .toString()
                                    .contains("name=new"));
            assertThat(daemon.pid()).isEqualTo(pid);
        }
    }

    @Test
    void rereadOfABrokenConfigurationChangesNothing() {
        try (RunningDaemon daemon = start()) {
            long child = daemon.pid("keep");
            daemon.write("supervisord.conf", BROKEN);
            Outcome reread = daemon.ctl("reread");
            assertThat(reread.exit()).isEqualTo(1);
            assertThat(reread.out())
                    .isEqualTo(
                            "ERROR: CANT_REREAD: program section program:broken does not specify a command in section"
                                    + " 'program:broken' (file: '" + daemon.dir() + "/supervisord.conf')\n");
            assertThat(daemon.pid("keep")).isEqualTo(child);
            assertThat(daemon.rpc("supervisor.getAllProcessInfo").toString()).doesNotContain("broken");
        }
    }

    @Test
    void updateRestartsOnlyWhatChanged() {
        try (RunningDaemon daemon = start()) {
            long child = daemon.pid("keep");
            daemon.write(
                    "supervisord.conf",
                    DaemonBuilder.PRELUDE + PROGRAMS.replace("autostart=false", "autostart=true")
                            + "[program:new]\ncommand=/bin/cat\nstartsecs=0\n");
            assertThat(daemon.ctl("update").out().lines())
                    .containsExactlyInAnyOrder(
                            "off: stopped", "off: updated process group", "new: added process group");
            daemon.awaitState("new", "RUNNING");
            daemon.awaitState("off", "RUNNING");
            assertThat(daemon.pid("keep")).isEqualTo(child);
        }
    }

    @Test
    void globalEnvironmentChangesEveryProgram() {
        try (RunningDaemon daemon = start()) {
            daemon.write(
                    "supervisord.conf",
                    DaemonBuilder.PRELUDE + "[supervisord]\nenvironment=ADDED=1\nidentifier=other\n" + PROGRAMS);
            assertThat(daemon.ctl("reread").out()).isEqualTo("keep: changed\noff: changed\n");
            assertThat(daemon.rpc("supervisor.getIdentification")).isEqualTo("other");
        }
    }
}
