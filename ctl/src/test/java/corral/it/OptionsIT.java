package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon's options, on the command line and in the file (spec/supervisor.md 2.1). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class OptionsIT {
    private static final String TALKER =
            "[program:talker]\ncommand=/bin/sh -c \"echo hello; echo oops >&2; exec cat\"\nstartsecs=0\n";

    private final Lab lab;

    OptionsIT(Lab lab) {
        this.lab = lab;
    }

    private Outcome run(String... arguments) {
        return lab.daemon(Kind.CORRAL).args(arguments).runToEnd();
    }

    @Test
    void versionIsTheOneThatClientsExpect() {
        for (String option : List.of("-v", "--version")) {
            assertThat(run(option)).extracting(Outcome::exit, Outcome::out).containsExactly(0, "4.2.5\n");
        }
    }

    @Test
    void helpNamesEveryOption() {
        for (String option : List.of("-h", "--help", "-?")) {
            Outcome help = run(option);
            assertThat(help.exit()).isZero();
            assertThat(help.out())
                    .contains("-c", "-n", "-s", "-u", "-m", "-d", "-l", "-y", "-z", "-e", "-j", "-i", "-q", "-k", "-a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--nonsense", "-x", "-c", "argument", "--logfile_backups=x", "-e loud", "-u nobody-by-this-name"
            })
    void badOptionsAreRefused(String options) {
        Outcome outcome = lab.daemon(Kind.CORRAL)
                .programs("")
                .args(options.split(" ", -1))
                .runToEnd();
        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(2);
        assertThat(outcome.err()).startsWith("Error: ").contains("\nFor help, use ");
    }

    @Test
    void optionsOnTheCommandLineWinOverTheFile() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(TALKER);
        String dir = builder.dir().toString();
        builder.args("-l", dir + "/other.log", "-j", dir + "/other.pid", "--identifier=named", "-q", dir);
        builder.args("-e", "debug", "-y", "1MB", "--logfile_backups", "2");
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("talker", "RUNNING");
            assertThat(daemon.rpc("supervisor.getIdentification")).isEqualTo("named");
            assertThat(daemon.text("other.pid")).isEqualTo(daemon.pid() + "\n");
            assertThat(daemon.log()).isEmpty();
            daemon.until(
                    "debug output", () -> daemon.text("other.log").contains("DEBG 'talker' stdout output:\nhello\n"));
            assertThat((String) daemon.info("talker").get("stdout_logfile"))
                    .matches(Pattern.quote(dir) + "/talker-stdout---named-\\w{8}\\.log");
        }
    }

    @Test
    void configurationIsSearchedInTheCurrentDirectory() throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(TALKER);
        Files.createDirectory(builder.dir().resolve("etc"));
        Files.move(builder.dir().resolve("supervisord.conf"), builder.dir().resolve("etc/supervisord.conf"));
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("talker", "RUNNING");
        }
    }

    @Test
    void logLinesHaveSupervisorsForm() {
        try (RunningDaemon daemon = lab.daemon(Kind.CORRAL).programs(TALKER).start()) {
            daemon.awaitState("talker", "RUNNING");
            assertThat(daemon.log().lines())
                    .allMatch(line ->
                            line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} (CRIT|ERRO|WARN|INFO) .+"));
            assertThat(LogLine.about(daemon.log(), ""))
                    .contains(
                            "INFO RPC interface 'supervisor' initialized",
                            "CRIT Server 'unix_http_server' running without any HTTP authentication checking",
                            "INFO supervisord started with pid N",
                            "INFO spawned: 'talker' with pid N",
                            "INFO success: talker entered RUNNING state, process has stayed up for > than 0 seconds"
                                    + " (startsecs)");
            daemon.until("the same on stdout", () -> daemon.text("out.txt").contains("success: talker"));
            assertThat(daemon.text("out.txt")).isEqualTo(daemon.log());
        }
    }

    @Test
    void silentWritesNothingToTheTerminal() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(TALKER).args("-s");
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("talker", "RUNNING");
            daemon.awaitLog("success: talker");
            assertThat(daemon.text("out.txt")).isEmpty();
        }
    }

    @Test
    void loglevelLeavesOutWhatIsLess() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[supervisord]\nloglevel=warn\n" + TALKER);
        try (RunningDaemon daemon = builder.start()) {
            long child = daemon.awaitState("talker", "RUNNING");
            daemon.signal("KILL", child);
            daemon.awaitLog("WARN exited: talker \\(terminated by SIGKILL; not expected\\)");
            assertThat(daemon.log()).doesNotContain(" INFO ", " DEBG ");
        }
    }

    @Test
    void loglevelDebugCopiesWhatChildrenSay() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[supervisord]\nloglevel=debug\n" + TALKER);
        try (RunningDaemon daemon = builder.start()) {
            daemon.until(
                    "both",
                    () -> daemon.log().contains("DEBG 'talker' stdout output:\nhello\n")
                            && daemon.log().contains("DEBG 'talker' stderr output:\noops\n"));
        }
    }

    @Test
    void loglevelTraceNamesEveryCall() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[supervisord]\nloglevel=trace\n");
        try (RunningDaemon daemon = builder.start()) {
            daemon.rpc("supervisor.getPID");
            daemon.awaitLog("TRAC XML-RPC method called: supervisor.getPID\\(\\)");
            daemon.awaitLog("TRAC XML-RPC method supervisor.getPID\\(\\) returned successfully");
        }
    }

    @Test
    void activityLogIsRotated() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs("[supervisord]\nloglevel=trace\nlogfile_maxbytes=4KB\nlogfile_backups=2\n");
        try (RunningDaemon daemon = builder.start()) {
            daemon.until("two rotations", () -> {
                daemon.rpc("supervisor.getPID");
                return Files.exists(daemon.dir().resolve("supervisord.log.2"));
            });
            for (int i = 0; i < 200; i++) {
                daemon.rpc("supervisor.getPID");
            }
            assertThat(daemon.dir().resolve("supervisord.log.3")).doesNotExist();
            assertThat(daemon.dir().resolve("supervisord.log.1").toFile().length())
                    .isBetween(3000L, 8000L);
        }
    }

    @Test
    void stripAnsiTakesColoursOut() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("""
                        [supervisord]
                        strip_ansi=true
                        [program:colours]
                        command=/usr/bin/printf '\\033[31mred\\033[0m and \\033[1mbold\\033[22m\\n'
                        startsecs=0
                        autorestart=false
                        stdout_logfile=${dir}/colours.log
                        """);
        try (RunningDaemon daemon = builder.start()) {
            daemon.until("output", () -> daemon.text("colours.log").endsWith("\n"));
            assertThat(daemon.text("colours.log")).isEqualTo("red and bold\n");
        }
    }

    @Test
    void activityLogMayGoToStdoutOnly() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs("[supervisord]\nlogfile=/dev/stdout\nlogfile_maxbytes=0\nsilent=true\n" + TALKER);
        try (RunningDaemon daemon = builder.start()) {
            daemon.until("output", () -> daemon.text("out.txt").contains("success: talker"));
        }
    }

    @Test
    void syslogIsAcceptedAsActivityLog() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[supervisord]\nlogfile=syslog\n" + TALKER);
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("talker", "RUNNING");
        }
    }

    @AsRoot
    @Test
    void daemonBecomesTheUserThatIsAskedFor() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[supervisord]\nuser=nobody\n" + TALKER);
        try (RunningDaemon daemon = builder.start()) {
            long child = daemon.awaitState("talker", "RUNNING");
            Path dir = daemon.dir();
            String uid =
                    lab.run(dir, List.of("/usr/bin/id", "-u", "nobody")).out().trim();
            for (long pid : List.of(daemon.pid(), child)) {
                assertThat(ProcFs.status(pid).get("Uid")).isEqualTo(String.join("\t", uid, uid, uid, uid));
            }
            daemon.awaitLog("INFO Set uid to user " + uid + " succeeded");
        }
    }

    @AsRoot
    @Test
    void programOfAnotherUserCannotBeStartedByAnOrdinaryOne() {
        String program = """
                [program:a]
                command=/bin/cat
                user=root
                startretries=0
                stderr_logfile=${dir}/a.err
                """;
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs(program)
                .prefix("/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("a", "FATAL");
            assertThat(daemon.text("a.err")).isEqualTo("""
                            supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user
                            supervisor: child process was not spawned
                            """);
        }
    }

    @AsRoot
    @Test
    void ordinaryUserCannotBecomeAnother() {
        Outcome outcome = lab.daemon(Kind.CORRAL)
                .programs("[supervisord]\nuser=daemon\n")
                .prefix("/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
                .runToEnd();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).contains("Can't drop privilege as nonroot user");
    }

    @AsRoot
    @Test
    void rootWithoutAUserIsToldSo() {
        try (RunningDaemon daemon = lab.daemon(Kind.CORRAL).programs("").start()) {
            assertThat(daemon.log()).contains(" CRIT Supervisor is running as root.  ");
        }
    }
}
