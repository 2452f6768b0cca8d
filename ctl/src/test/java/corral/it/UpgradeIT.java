package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code corralctl upgrade}: the daemon becomes another version in place, and nobody else notices. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("Supervisor cannot be replaced while its programs run")
class UpgradeIT {
    private static final String DONE = "corrald upgraded: version ";

    /** Programs of several kinds. */
    private static final String PROGRAMS = """
            [program:plain]
            command=/bin/sleep 1000
            [program:ready]
            command=/usr/bin/python3 rolling.py
            directory=${dir}
            notify=true
            [program:off]
            command=/bin/sleep 1000
            autostart=false
            """;

    private final Lab lab;

    UpgradeIT(Lab lab) {
        this.lab = lab;
    }

    @Test
    void programsGoOnAndTheNextDaemonHasThemInHand() {
        try (RunningDaemon daemon = start(builder())) {
            long pid = daemon.pid();
            List<?> before = identity(daemon);
            assertThat(daemon.ctl("upgrade").toString())
                    .contains(DONE)
                    .contains("pid " + pid)
                    .contains("exit 0");
            assertThat(daemon.pid()).isEqualTo(pid);
            assertThat(identity(daemon)).isEqualTo(before);
            assertThat(daemon.state("off")).isEqualTo("STOPPED");
            assertThat(daemon.info("ready").get("description").toString()).contains("version 1");
            long plain = daemon.pid("plain");
            daemon.signal("KILL", plain);
            daemon.until(
                    "another process",
                    () -> daemon.pid("plain") != plain && daemon.state("plain").equals("RUNNING"));
            assertThat(daemon.log()).contains("exited: plain (terminated by SIGKILL; not expected)");
            daemon.rpc("supervisor.stopProcess", "ready");
            assertThat(daemon.state("ready")).isEqualTo("STOPPED");
            assertThat(ProcFs.alive(pid)).isTrue();
        }
    }

    @Test
    void whatTheDaemonWasStartedWithStaysAsItWas() throws IOException {
        DaemonBuilder builder = builder().env("SOME_NAME", "größer = \"x y\"").prefix("prlimit", "--nofile=600:4096");
        try (RunningDaemon daemon = start(builder)) {
            long pid = daemon.pid();
            Map<String, String> environment = ProcFs.environment(pid);
            String arguments = ProcFs.commandLine(pid);
            Path directory = ProcFs.directory(pid);
            String limits = limits(pid);
            Map<String, String> status = ProcFs.status(pid);
            Map<String, String> child = ProcFs.environment(daemon.pid("plain"));
            assertThat(daemon.ctl("upgrade").exit()).isZero();
            Map<String, String> after = ProcFs.environment(pid);
            assertThat(after.remove("CORRALD_FDS")).contains("control:unix:" + daemon.dir() + "/s.sock=");
            assertThat(after).isEqualTo(environment);
            assertThat(ProcFs.commandLine(pid)).isEqualTo(arguments);
            assertThat(ProcFs.directory(pid)).isEqualTo(directory);
            assertThat(limits(pid)).isEqualTo(limits);
            for (String name : List.of("Umask", "Uid", "Gid", "Groups", "SigIgn")) {
                assertThat(ProcFs.status(pid)).containsEntry(name, status.get(name));
            }
            daemon.rpc("supervisor.startProcess", "off");
            Map<String, String> later = ProcFs.environment(daemon.pid("off"));
            later.remove("SUPERVISOR_PROCESS_NAME");
            later.remove("SUPERVISOR_GROUP_NAME");
            child.remove("SUPERVISOR_PROCESS_NAME");
            child.remove("SUPERVISOR_GROUP_NAME");
            assertThat(later).isEqualTo(child);
            assertThat(ProcFs.descriptors(daemon.pid("off"))).containsOnlyKeys(0, 1, 2);
            assertThat(ProcFs.status(daemon.pid("off")).get("SigBlk")).isEqualTo("0000000000000000");
        }
    }

    private static String limits(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/limits"));
    }

    @Test
    void aDaemonInTheBackgroundStaysThere() {
        try (RunningDaemon daemon = start(builder().detached())) {
            long pid = daemon.pid();
            assertThat(daemon.ctl("upgrade").exit()).isZero();
            assertThat(daemon.pid()).isEqualTo(pid);
            assertThat(daemon.text("supervisord.pid")).isEqualTo(pid + "\n");
            assertThat(ProcFs.descriptors(pid))
                    .containsEntry(0, "/dev/null")
                    .containsEntry(1, "/dev/null")
                    .containsEntry(2, "/dev/null");
            assertThat(daemon.processes()).hasSize(3);
        }
    }

    @Test
    void theConfigurationIsReadAnewAndABrokenOneChangesNothing() {
        try (RunningDaemon daemon = start(builder())) {
            List<?> before = identity(daemon);
            daemon.configure(PROGRAMS + "[program:bad]\ncommand=/bin/true\nnumprocs=many\n");
            assertRefused(daemon, before, "numprocs", "exit status 2");
            daemon.configure(PROGRAMS.replace("sleep 1000", "sleep 1001") + "[program:more]\ncommand=/bin/sleep 9\n");
            assertThat(daemon.ctl("upgrade").exit()).isZero();
            assertThat(identity(daemon)).isEqualTo(before);
            assertThat(daemon.ctl("reread").out()).contains("more: available").contains("plain: changed");
        }
    }

    @Test
    void whatNeedsAStopAndAStartIsRefused() {
        try (RunningDaemon daemon = start(builder())) {
            List<?> before = identity(daemon);
            daemon.configure("[supervisord]\nidentifier=other\n" + PROGRAMS);
            assertRefused(daemon, before, "the runtime directory would be", "needs a stop and a start");
        }
    }

    @Test
    void aBrokenInstallationChangesNothing() throws IOException {
        Path bin = installation("bin/corrald");
        try (RunningDaemon daemon = start(builder().program(bin))) {
            List<?> before = identity(daemon);
            Files.delete(bin);
            assertRefused(daemon, before, bin + ": no such file");
            Files.writeString(bin, "#!/bin/sh\nexit 1\n");
            assertRefused(daemon, before, bin + ": not executable");
            makeExecutable(bin);
            assertRefused(daemon, before, bin + " -t: exit status 1");
            Files.writeString(bin, "#!/bin/sh\necho fine\nexit 0\n");
            assertRefused(daemon, before, "can take over from this one", "fine");
            Files.writeString(bin, "#!/bin/sh\necho CORRALD_STATE=999\necho release=77\n");
            assertRefused(daemon, before, "corrald 77 goes on with state of protocol 999");
            Files.writeString(bin, "#!/no/such/interpreter\n");
            assertRefused(daemon, before, "ENOENT");
            Files.copy(Distribution.daemon(Kind.CORRAL), bin, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            makeExecutable(bin);
            assertThat(daemon.ctl("upgrade").exit()).isZero();
            assertThat(identity(daemon)).isEqualTo(before);
        }
    }

    @Test
    void whatFailsAfterTheCheckIsToldToo() throws IOException {
        Path bin = installation("bin/corrald");
        try (RunningDaemon daemon = start(builder().program(bin))) {
            List<?> before = identity(daemon);
            Path runtime = Files.createDirectory(daemon.dir().resolve("probe"));
            Files.writeString(
                    bin,
                    "#!/bin/sh\n" + Distribution.daemon(Kind.CORRAL) + " \"$@\" | sed 's|^executable=.*|executable="
                            + runtime + "|'\n");
            assertRefused(daemon, before, "execve " + runtime, "EACCES");
            daemon.signal("USR2", daemon.pid());
            daemon.awaitLog("supervisord logreopen");
            daemon.rpc("supervisor.startProcess", "off");
        }
    }

    @Test
    void twentyUpgradesLoseNoLine() throws IOException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .file("numbered.py", Script.resource("numbered.py"))
                .programs("""
                        [program:writer]
                        command=/usr/bin/python3 ${dir}/numbered.py
                        stdout_logfile=${dir}/lines
                        stdout_logfile_maxbytes=0
                        """);
        try (RunningDaemon daemon = builder.start()) {
            long pid = daemon.awaitState("writer", "RUNNING");
            for (int i = 0; i < 20; i++) {
                assertThat(daemon.ctl("upgrade").toString()).contains(DONE);
            }
            assertThat(daemon.pid("writer")).isEqualTo(pid);
            daemon.rpc("supervisor.stopProcess", "writer");
            List<String> lines = Files.readAllLines(daemon.dir().resolve("lines"));
            assertThat(lines).hasSizeGreaterThan(2000);
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).isEqualTo("line %08d", i);
            }
        }
    }

    @Test
    void noClientIsRefusedMeanwhile() {
        try (RunningDaemon daemon = start(builder())) {
            CompletableFuture<Outcome> upgrade = CompletableFuture.supplyAsync(() -> daemon.ctl("upgrade"));
            int answers = 0;
            while (!upgrade.isDone() || answers < 20) {
                assertThat(daemon.state("plain")).isEqualTo("RUNNING");
                answers++;
            }
            assertThat(upgrade.join().exit()).isZero();
        }
    }

    @Test
    void aSignalThatComesBeforeTheNextDaemonIsThereIsObeyed() {
        try (RunningDaemon daemon = start(builder())) {
            long pid = daemon.pid();
            long plain = daemon.pid("plain");
            byte[] before = image(pid);
            CompletableFuture<Outcome> upgrade = CompletableFuture.supplyAsync(() -> daemon.ctl("upgrade"));
            awaitOther(before, pid);
            daemon.signal("USR2", pid);
            daemon.signal("HUP", pid);
            assertThat(upgrade.join()).matches(outcome -> outcome.exit() == 0);
            daemon.awaitLog("received SIGUSR2 indicating log reopen request");
            daemon.awaitLog("received SIGHUP indicating restart request");
            daemon.until(
                    "another process", () -> daemon.state("plain").equals("RUNNING") && daemon.pid("plain") != plain);
            assertThat(daemon.pid()).isEqualTo(pid);
            byte[] later = image(pid);
            upgrade = CompletableFuture.supplyAsync(() -> daemon.ctl("upgrade"));
            awaitOther(later, pid);
            daemon.signal("TERM", pid);
            assertThat(daemon.awaitExit()).isZero();
            upgrade.join();
            assertThat(daemon.log()).contains("received SIGTERM indicating exit request");
            assertThat(daemon.processes()).isEmpty();
        }
    }

    /** What the kernel tells a program at its start: other addresses in each. Nothing in the middle of execve. */
    private static byte[] image(long pid) {
        try {
            return Files.readAllBytes(Path.of("/proc/" + pid + "/auxv"));
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** At once: what a test does then must come before that program can be ready for it. */
    private static void awaitOther(byte[] before, long pid) {
        long deadline = System.nanoTime() + RunningDaemon.PATIENCE.toNanos();
        byte[] now = before;
        while (now.length == 0 || Arrays.equals(now, before)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            now = image(pid);
        }
    }

    @Test
    void aSocketThatInitOpenedIsServedAndStays() throws IOException {
        DaemonBuilder builder = builder().file("activate.py", Script.resource("activate.py"));
        Path socket = builder.dir().resolve("s.sock");
        builder.prefix("/usr/bin/python3", builder.dir().resolve("activate.py").toString(), socket.toString());
        try (RunningDaemon daemon = start(builder)) {
            assertThat(daemon.log()).contains("unix:" + socket + " is the socket 3 that corrald was started with");
            assertThat(daemon.ctl("upgrade").exit()).isZero();
            assertThat(daemon.ctl("restart", "plain").exit()).isZero();
            assertThat(ProcFs.environment(daemon.pid("plain")))
                    .doesNotContainKeys("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES");
            daemon.rpc("supervisor.restart");
            daemon.until(
                    "a restart", () -> daemon.answers() && daemon.state("plain").equals("RUNNING"));
        }
        assertThat(socket).exists();
    }

    private DaemonBuilder builder() {
        return lab.daemon(Kind.CORRAL)
                .file("version", "1")
                .file("rolling.py", Script.resource("rolling.py"))
                .programs(PROGRAMS);
    }

    private static RunningDaemon start(DaemonBuilder builder) {
        RunningDaemon daemon = builder.start();
        daemon.awaitState("plain", "RUNNING");
        daemon.awaitState("ready", "RUNNING");
        return daemon;
    }

    /** What must not change: daemon, processes, and since when they run. */
    private static List<?> identity(RunningDaemon daemon) {
        return List.of(
                daemon.pid(),
                daemon.pid("plain"),
                daemon.info("plain").get("start"),
                daemon.state("plain"),
                daemon.pid("ready"),
                daemon.info("ready").get("start"),
                daemon.state("ready"));
    }

    private static void assertRefused(RunningDaemon daemon, List<?> before, String... reasons) {
        Outcome outcome = daemon.ctl("upgrade");
        assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.out()).startsWith("ERROR: not upgraded: ").contains(Arrays.asList(reasons));
        assertThat(identity(daemon)).isEqualTo(before);
    }

    /** A second installation, whose launcher is a file of its own. */
    private Path installation(String launcher) throws IOException {
        Path home = lab.folder();
        Files.createDirectory(home.resolve("bin"));
        Files.createSymbolicLink(home.resolve("lib"), Distribution.home().resolve("lib"));
        Path bin = home.resolve(launcher);
        Files.copy(Distribution.daemon(Kind.CORRAL), bin);
        makeExecutable(bin);
        return bin;
    }

    private static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
