package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the start of a daemon to its end, in the foreground and detached (spec/supervisor.md 6). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class LifeIT {
    private static final String CAT = "[program:cat]\ncommand=/bin/cat\nstartsecs=0\n";
    private static final String LINGERING = """
            [program:lingering]
            command=/bin/sh -c "trap : TERM; echo ready; while :; do sleep 0.05; done"
            stdout_logfile=${dir}/lingering.log
            stopwaitsecs=2
            startsecs=0
            """;

    private final Lab lab;

    LifeIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start(String programs) {
        return lab.daemon(Kind.CORRAL).programs(programs).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void endsInOrderOnASignalAndLeavesNothing(String signal) {
        try (RunningDaemon daemon = start(CAT)) {
            long child = daemon.awaitState("cat", "RUNNING");
            assertThat(daemon.text("supervisord.pid")).isEqualTo(daemon.pid() + "\n");
            daemon.signal(signal, daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
            assertThat(ProcFs.alive(child)).isFalse();
            assertThat(daemon.dir().resolve("supervisord.pid")).doesNotExist();
            assertThat(daemon.dir().resolve("s.sock")).doesNotExist();
            assertThat(LogLine.about(daemon.log(), ""))
                    .contains("WARN received SIG" + signal + " indicating exit request")
                    .contains("WARN stopped: cat (terminated by SIGTERM)");
        }
    }

    /** As of a script that starts it with an ampersand. */
    @Test
    void anInterruptCountsThoughItsShellIgnoresIt() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(CAT);
        try (RunningDaemon daemon = builder.prefix("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh")
                .start()) {
            daemon.signal("INT", daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
        }
    }

    @Test
    void hupDuringTheShutdownIsIgnored() {
        try (RunningDaemon daemon = start(LINGERING)) {
            daemon.until("the trap", () -> daemon.text("lingering.log").equals("ready\n"));
            long pid = daemon.pid();
            daemon.signal("TERM", pid);
            daemon.awaitLog("received SIGTERM indicating exit request");
            daemon.signal("HUP", pid);
            assertThat(daemon.awaitExit()).isZero();
            assertThat(LogLine.about(daemon.log(), ""))
                    .contains("WARN ignored SIGHUP indicating restart request (shutdown in progress)")
                    .contains("INFO waiting for lingering to die")
                    .contains("WARN killing 'lingering' pid N with SIGKILL");
            assertThat(daemon.dir().resolve("supervisord.pid")).doesNotExist();
            assertThat(daemon.dir().resolve("s.sock")).doesNotExist();
        }
    }

    @CorralOnly("a shutdown there")
    @Test
    void quitPrintsTheThreadsOfTheJvmAndNothingEnds() {
        try (RunningDaemon daemon = start(CAT)) {
            daemon.signal("QUIT", daemon.pid());
            daemon.until("a thread dump", () -> daemon.text("out.txt").contains("Full thread dump"));
            assertThat(daemon.answers()).isTrue();
        }
    }

    @Test
    void secondInstanceIsRefused() {
        try (RunningDaemon daemon = start(CAT)) {
            long child = daemon.awaitState("cat", "RUNNING");
            Outcome second = daemon.run(List.of(
                    Distribution.daemon(Kind.CORRAL).toString(),
                    "-n",
                    "-c",
                    daemon.dir().resolve("supervisord.conf").toString()));
            assertThat(second.exit()).isEqualTo(2);
            assertThat(second.err())
                    .startsWith("Error: ")
                    .contains(
                            Distribution.standIn()
                                    ? "Another program is already listening on a port"
                                    : "already running with this configuration: pid " + daemon.pid());
            assertThat(daemon.answers()).isTrue();
            assertThat(daemon.pid("cat")).isEqualTo(child);
            assertThat(daemon.text("supervisord.pid")).isEqualTo(daemon.pid() + "\n");
        }
    }

    @Test
    void whatADeadDaemonLeftBehindIsReplaced() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(CAT).file("supervisord.pid", "999999\n");
        Outcome stale = lab.run(
                builder.dir(),
                List.of(
                        Distribution.python().toString(),
                        "-c",
                        "import socket; socket.socket(socket.AF_UNIX).bind('s.sock')"));
        assertThat(stale.exit()).isZero();
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("cat", "RUNNING");
            assertThat(daemon.text("supervisord.pid")).isEqualTo(daemon.pid() + "\n");
            assertThat(daemon.text("err.txt")).contains("Unlinking stale socket " + daemon.dir() + "/s.sock");
        }
    }

    @Test
    void socketHasTheModeThatIsAskedFor() throws IOException {
        try (RunningDaemon daemon = start(CAT)) {
            assertThat(Files.getPosixFilePermissions(daemon.dir().resolve("s.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
        try (RunningDaemon daemon = start("[unix_http_server]\nchmod=0772\n")) {
            assertThat(Files.getPosixFilePermissions(daemon.dir().resolve("s.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rwxrwx-w-"));
        }
    }

    @AsRoot
    @Test
    void socketHasTheOwnerThatIsAskedFor() {
        try (RunningDaemon daemon = start("[unix_http_server]\nchown=nobody:daemon\n")) {
            Outcome owner = daemon.run(List.of("/usr/bin/stat", "-c", "%U:%G", "s.sock"));
            assertThat(owner.out()).isEqualTo("nobody:daemon\n");
        }
    }

    @Test
    void detachedItLeavesTheTerminalAndReturns() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs("[supervisord]\ndirectory=/usr\numask=027\n" + CAT)
                .detached();
        try (RunningDaemon daemon = builder.launch()) {
            assertThat(daemon.awaitExit()).as(daemon.story()).isZero();
            if (!Distribution.standIn()) {
                assertThat(daemon.answers())
                        .as("answers as soon as it returned")
                        .isTrue();
            }
            daemon.awaitAnswer();
            long pid = daemon.pid();
            assertThat(pid).isNotEqualTo(daemon.process().pid());
            assertThat(ProcFs.stat(pid).session()).isEqualTo(pid);
            assertThat(ProcFs.directory(pid)).isEqualTo(Path.of("/usr"));
            assertThat(ProcFs.descriptors(pid))
                    .containsEntry(0, "/dev/null")
                    .containsEntry(1, "/dev/null")
                    .containsEntry(2, "/dev/null");
            long child = daemon.awaitState("cat", "RUNNING");
            assertThat(ProcFs.status(child)).containsEntry("Umask", "0027");
            assertThat(ProcFs.directory(child)).isEqualTo(Path.of("/usr"));
            assertThat(daemon.text("supervisord.pid")).isEqualTo(pid + "\n");
            daemon.awaitLog("daemonizing the supervisord process");
            daemon.signal("TERM", pid);
            daemon.until("the end", () -> !ProcFs.alive(pid));
            assertThat(daemon.dir().resolve("supervisord.pid")).doesNotExist();
        }
    }

    @Test
    void detachedItStillTellsWhyItCannotStart() {
        try (RunningDaemon first = start(CAT)) {
            DaemonBuilder second = lab.daemon(Kind.CORRAL)
                    .config(DaemonBuilder.PRELUDE.replace("${port}", Integer.toString(first.port())))
                    .detached();
            Outcome outcome = second.runToEnd();
            assertThat(outcome.exit()).as("%s", outcome).isEqualTo(2);
            assertThat(outcome.err()).contains("Error: Another program is already listening on a port");
            assertThat(second.dir().resolve("s.sock")).doesNotExist();
        }
        Outcome broken = lab.daemon(Kind.CORRAL)
                .programs("[program:a]\nstartsecs=1\n")
                .detached()
                .runToEnd();
        assertThat(broken.exit()).isEqualTo(2);
        assertThat(broken.err()).contains("program section program:a does not specify a command");
    }

    @CorralOnly("Supervisor keeps the path as it is and does not find it after the chdir")
    @Test
    void relativeConfigurationIsFoundAfterTheChangeOfDirectory() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .file("relative.conf", DaemonBuilder.PRELUDE + "[supervisord]\ndirectory=/usr\n")
                .args("-c", "relative.conf")
                .detached();
        try (RunningDaemon daemon = builder.launch()) {
            assertThat(daemon.awaitExit()).isZero();
            daemon.write("supervisord.conf", DaemonBuilder.PRELUDE);
            assertThat(daemon.ctl("reread").out()).isEqualTo("No config updates to processes\n");
        }
    }

    @Test
    void automaticLogsOfTheLastRunAreRemovedAndOthersKept() throws IOException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(CAT);
        Path logs = builder.dir().resolve("logs");
        List<String> old = List.of(
                "x-stdout---supervisor-abcdefgh.log",
                "x-stderr---supervisor-abcdefgh.log.3",
                "x-stdout---other-abcdefgh.log",
                "x-stdout.log");
        for (String name : old) {
            Files.writeString(logs.resolve(name), "old");
        }
        try (RunningDaemon daemon = builder.start()) {
            daemon.awaitState("cat", "RUNNING");
            assertThat(logs.resolve(old.get(0))).doesNotExist();
            assertThat(logs.resolve(old.get(1))).doesNotExist();
            assertThat(logs.resolve(old.get(2))).exists();
            assertThat(logs.resolve(old.get(3))).exists();
        }
        DaemonBuilder keeping = lab.daemon(Kind.CORRAL).programs(CAT).args("-k");
        Files.writeString(keeping.dir().resolve("logs").resolve(old.get(0)), "old");
        try (RunningDaemon daemon = keeping.start()) {
            daemon.awaitState("cat", "RUNNING");
            assertThat(daemon.dir().resolve("logs").resolve(old.get(0))).exists();
        }
    }

    @Test
    void withoutItsRpcInterfaceOnlySystemMethodsExist() {
        String config = DaemonBuilder.PRELUDE.replaceAll("(?m)^\\[rpcinterface.*\\n.*\\n", "");
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).config(config);
        try (RunningDaemon daemon = builder.launch()) {
            daemon.until("a socket", () -> Files.exists(daemon.dir().resolve("s.sock")));
            assertThat(daemon.rpc("system.listMethods").toString())
                    .isEqualTo("[system.listMethods, system.methodHelp, system.methodSignature, system.multicall]");
            Outcome status = daemon.ctl(Kind.SUPERVISOR, List.of("status"));
            assertThat(status.exit()).isEqualTo(4);
            assertThat(daemon.ctl(Kind.SUPERVISOR, List.of("pid")).exit()).isEqualTo(3);
        }
    }
}
