package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when something runs out or goes away: the programs go on, nothing is lost, and what cannot be done is done later. */
@CorralOnly("loses output, or spins")
@ExtendWith(LabExtension.class)
class ExhaustionIT {
    private static final String OLD_AND_NEW = """
            [program:old]
            command=/bin/cat
            [program:new]
            command=/bin/cat
            autostart=false
            startretries=unlimited
            backoff=0.2
            backoff_max=0.2
            """;

    private static final String RUNTIME = "[supervisord]\nruntime_dir=${dir}/run\n";

    /** Writes numbered lines until there is a file that says it is enough. */
    private static final String COUNT = """
            [program:count]
            command=/bin/bash -c "i=0; until [ -e ${dir}/enough ]; do echo line $((++i)); sleep 0.01; done; echo all $i; exec sleep 1000"
            stdout_logfile=${logs}/count.log
            """;

    private final Lab lab;

    ExhaustionIT(Lab lab) {
        this.lab = lab;
    }

    private RunningDaemon start(String sections) {
        return lab.daemon(Kind.CORRAL).programs(sections).start();
    }

    /** One whose folder full/ is a small file system that only it sees. */
    private RunningDaemon startWithSmallDisk(String sections) throws IOException {
        assumeTrue(
                lab.run(Path.of("/"), List.of("/usr/bin/unshare", "-m", "/bin/true"))
                                .exit()
                        == 0,
                "no mount namespaces here");
        DaemonBuilder builder = lab.daemon(Kind.CORRAL);
        Path disk = Files.createDirectory(builder.dir().resolve("full"));
        return builder.programs(sections.replace("${logs}", "${dir}/full"))
                .prefix(
                        "/usr/bin/unshare",
                        "-m",
                        "/bin/sh",
                        "-c",
                        "mount -t tmpfs -o size=1m tmpfs " + disk + " && exec \"$@\"",
                        "sh")
                .start();
    }

    /** What the daemon sees at a path. */
    private static Path seenBy(RunningDaemon daemon, String name) {
        return Path.of("/proc/" + daemon.pid() + "/root")
                .resolve(daemon.dir().resolve(name).toString().substring(1));
    }

    private static void fill(Path disk) throws IOException {
        try (var out = Files.newOutputStream(disk.resolve("fill"))) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /** Waits for the end of the numbered lines, and that none is missing, doubled or torn. */
    private static void assertAllCounted(RunningDaemon daemon, Path log) throws IOException {
        Files.createFile(daemon.dir().resolve("enough"));
        daemon.until("the last line", () -> Files.readString(log).contains("all "));
        List<String> lines = Files.readAllLines(log);
        for (int i = 0; i < lines.size() - 1; i++) {
            assertThat(lines.get(i)).isEqualTo("line " + (i + 1));
        }
        assertThat(lines.get(lines.size() - 1)).isEqualTo("all " + (lines.size() - 1));
    }

    @Test
    void aFullDiskLosesNothing() throws IOException {
        try (RunningDaemon daemon =
                startWithSmallDisk("[supervisord]\nlogfile=${dir}/full/supervisord.log\n" + COUNT + """
                [program:failing]
                command=/bin/false
                startretries=unlimited
                backoff=0.05
                backoff_max=0.1
                """)) {
            daemon.awaitState("count", "RUNNING");
            Path disk = seenBy(daemon, "full");
            Path log = disk.resolve("supervisord.log");
            fill(disk);
            daemon.until("word of it", () -> daemon.text("out.txt").contains("the activity log cannot be written"));
            // Some lines of the last page still fit.
            daemon.until(
                    "word of it",
                    () -> daemon.text("out.txt")
                            .contains("count.log: ENOSPC (No space left on device); it waits in its pipe"));
            long failures = failures(daemon);
            daemon.until("more work of the daemon", () -> failures(daemon) > failures + 5);
            Files.delete(disk.resolve("fill"));
            daemon.until(
                    "the end of it", () -> Files.readString(log).contains("the activity log could not be written"));
            daemon.until("the end of it", () -> Files.readString(log).contains("is written again"));
            assertThat(Files.readString(log))
                    .containsOnlyOnce("it waits in its pipe")
                    .contains("No space left on device), nothing was lost");
            assertAllCounted(daemon, disk.resolve("count.log"));
        }
    }

    private static long failures(RunningDaemon daemon) {
        return daemon.text("out.txt")
                .lines()
                .filter(line -> line.contains("exited: failing"))
                .count();
    }

    @Test
    void aDirectoryOfLogsThatIsRemovedIsMadeAgain() throws IOException {
        try (RunningDaemon daemon = start(
                "[supervisord]\nlogfile=${dir}/logs/supervisord.log\n" + COUNT.replace("${logs}", "${dir}/logs"))) {
            daemon.awaitState("count", "RUNNING");
            Path logs = daemon.dir().resolve("logs");
            daemon.until(
                    "some lines",
                    () -> Files.readAllLines(logs.resolve("count.log")).size() > 5);
            String first = Files.readString(logs.resolve("count.log")).lines().reduce("", (one, other) -> other);
            delete(logs);
            daemon.until("the log", () -> Files.exists(logs.resolve("count.log")));
            daemon.until(
                    "word of it",
                    () -> Files.readString(logs.resolve("supervisord.log")).contains("has been made again"));
            Files.createFile(daemon.dir().resolve("enough"));
            daemon.until("the last line", () -> daemon.text("logs/count.log").contains("all "));
            List<String> lines = daemon.text("logs/count.log").lines().toList();
            int last = Integer.parseInt(lines.get(lines.size() - 1).substring("all ".length()));
            // None is missing between the two files: the new one may begin before where the old one ended.
            int begin = Integer.parseInt(lines.get(0).substring("line ".length()));
            assertThat(begin).isLessThanOrEqualTo(Integer.parseInt(first.substring("line ".length())) + 100);
            assertThat(lines).hasSize(last - begin + 2);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void withoutItsRuntimeDirectoryItGoesOnAndLaunchesWhenThatIsBack() throws IOException {
        try (RunningDaemon daemon = start(RUNTIME + OLD_AND_NEW)) {
            long old = daemon.awaitState("old", "RUNNING");
            Path run = daemon.dir().resolve("run");
            Path away = daemon.dir().resolve("away");
            Files.move(run, away);
            daemon.ctl("start", "new");
            daemon.awaitState("new", "BACKOFF");
            assertThat((String) daemon.info("new").get("spawnerr"))
                    .startsWith("the runtime directory cannot be used to spawn 'new'")
                    .contains("ENOENT");
            assertThat(daemon.state("old")).isEqualTo("RUNNING");
            Files.move(away, run);
            daemon.awaitState("new", "RUNNING");
            assertThat(daemon.pid("old")).isEqualTo(old);
        }
    }

    @Test
    void aRuntimeDirectoryThatBecomesReadOnlyIsNamedAsTheReason() throws IOException {
        try (RunningDaemon daemon = startWithSmallDisk(RUNTIME + OLD_AND_NEW)) {
            daemon.awaitState("old", "RUNNING");
            String run = daemon.dir().resolve("run").toString();
            mount(daemon, "mount --bind " + run + " " + run + " && mount -o remount,bind,ro " + run);
            daemon.ctl("start", "new");
            daemon.until("the reason", () -> ((String) daemon.info("new").get("spawnerr")).contains("EROFS"));
            assertThat(daemon.state("old")).isEqualTo("RUNNING");
            mount(daemon, "umount -l " + run);
            daemon.awaitState("new", "RUNNING");
        }
    }

    private static void mount(RunningDaemon daemon, String command) {
        Outcome outcome = daemon.run(
                List.of("/usr/bin/nsenter", "-m", "-t", Long.toString(daemon.pid()), "/bin/sh", "-c", command));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
    }

    private static void limit(RunningDaemon daemon, long pid, String limit) {
        Outcome outcome = daemon.run(List.of("/usr/bin/prlimit", "--pid", Long.toString(pid), limit));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
    }

    @Test
    void withoutDescriptorsItDoesNotSpinAndLaunchesWhenThereAreSome() throws Exception {
        try (RunningDaemon daemon = start(RUNTIME + OLD_AND_NEW)) {
            daemon.awaitState("old", "RUNNING");
            long pid = daemon.pid();
            List<SocketChannel> clients = new ArrayList<>();
            try {
                int open = ProcFs.descriptors(pid).size();
                limit(daemon, pid, "--nofile=" + (open + 3) + ":");
                for (int i = 0; i < 20; i++) {
                    SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
                    client.connect(UnixDomainSocketAddress.of(daemon.dir().resolve("s.sock")));
                    clients.add(client);
                }
                daemon.until("no descriptor left", () -> ProcFs.descriptors(pid).size() >= open + 3);
                long before = cpuTicks(pid);
                Thread.sleep(3000);
                // At most a fifth of a CPU, on a machine that may be busy with other things.
                assertThat(cpuTicks(pid) - before).isLessThan(60);
                // Whoever has connected waits for his turn.
                for (SocketChannel client : clients) {
                    client.close();
                }
                assertThat(daemon.state("old")).isEqualTo("RUNNING");
                assertThatThrownBy(() -> daemon.rpc("supervisor.startProcess", "new", false))
                        .hasMessageContaining("SPAWN_ERROR");
                assertThat((String) daemon.info("new").get("spawnerr")).isEqualTo("too many open files to spawn 'new'");
                assertThat(daemon.log()).containsOnlyOnce("Too many open files");
                limit(daemon, pid, "--nofile=1024:");
                daemon.awaitState("new", "RUNNING");
            } finally {
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
        }
    }

    private static long cpuTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @AsRoot
    @Test
    void withoutProcessesItTriesAgainAndEndsInOrder() {
        int uid = 54_321;
        RunningDaemon daemon = lab.daemon(Kind.CORRAL)
                .programs(RUNTIME + OLD_AND_NEW)
                .prefix("/usr/bin/setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups")
                .start();
        try {
            daemon.awaitState("old", "RUNNING");
            long pid = daemon.pid();
            processes(daemon, pid, uid, 1);
            assertThatThrownBy(() -> daemon.rpc("supervisor.startProcess", "new", false))
                    .hasMessageContaining("SPAWN_ERROR");
            daemon.until(
                    "the reason",
                    () -> ((String) daemon.info("new").get("spawnerr"))
                            .contains("Too many processes in process table to spawn 'new'"));
            assertThat(daemon.state("old")).isEqualTo("RUNNING");
            processes(daemon, pid, uid, 4000);
            daemon.awaitState("new", "RUNNING");
            processes(daemon, pid, uid, 1);
            daemon.rpc("supervisor.shutdown");
            daemon.awaitLog("no thread for 'shutdown', trying again|stopped: old");
            processes(daemon, pid, uid, 4000);
            assertThat(daemon.awaitExit()).isZero();
        } finally {
            if (daemon.process().isAlive()) {
                // The JVM answers a signal on a new thread.
                processes(daemon, daemon.process().pid(), uid, 4000);
            }
        }
    }

    /** As its own user, since root may lack the right to do that to others. */
    private static void processes(RunningDaemon daemon, long pid, int uid, int most) {
        Outcome outcome = daemon.run(List.of(
                "/usr/bin/setpriv",
                "--reuid=" + uid,
                "--regid=" + uid,
                "--clear-groups",
                "/usr/bin/prlimit",
                "--pid",
                Long.toString(pid),
                "--nproc=" + most + ":"));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
    }

    @Test
    void aDaemonThatWasStoppedKillsNobodyForIt() throws Exception {
        try (RunningDaemon daemon =
                lab.daemon(Kind.CORRAL).file("alive.py", """
                        import os, socket, time
                        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                        s.connect(os.environ["NOTIFY_SOCKET"])
                        s.send(b"READY=1")
                        while True:
                            time.sleep(0.2)
                            s.send(b"WATCHDOG=1")
                        """).programs("""
                        [program:alive]
                        command=/usr/bin/python3 ${dir}/alive.py
                        notify=true
                        watchdog=1
                        [program:dies]
                        command=/bin/cat
                        autorestart=true
                        """).start()) {
            long alive = daemon.awaitState("alive", "RUNNING");
            long dies = daemon.awaitState("dies", "RUNNING");
            long pid = daemon.pid();
            daemon.signal("STOP", pid);
            daemon.signal("KILL", dies);
            Thread.sleep(4000);
            daemon.signal("CONT", pid);
            daemon.awaitLog("the daemon did not run for [34]\\.\\d+ s");
            daemon.until("a successor", () -> daemon.state("dies").equals("RUNNING") && daemon.pid("dies") != dies);
            Thread.sleep(2500);
            assertThat(daemon.pid("alive")).isEqualTo(alive);
            assertThat(daemon.log()).doesNotContain("WORKER TIMEOUT");
            // It is watched again.
            daemon.signal("STOP", alive);
            daemon.awaitLog("WORKER TIMEOUT \\(pid:" + alive + "\\)");
        }
    }
}
