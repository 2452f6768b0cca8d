package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@code etc} has for systemd, OpenRC and logrotate, in the hands of those programs. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("the files are ours")
class ServiceFilesIT {
    private final Lab lab;

    ServiceFilesIT(Lab lab) {
        this.lab = lab;
    }

    private static String etc(String name) throws IOException {
        return Files.readString(Distribution.home().resolve("etc").resolve(name))
                .replace("/opt/corral", Distribution.home().toString());
    }

    private Outcome verify(String service) throws IOException {
        Path dir = lab.folder();
        Files.writeString(dir.resolve("corrald.service"), service);
        Files.writeString(dir.resolve("corrald.socket"), etc("systemd/corrald.socket"));
        return lab.run(
                dir,
                List.of(
                        "/usr/bin/systemd-analyze",
                        "verify",
                        "--man=no",
                        dir.resolve("corrald.service").toString(),
                        dir.resolve("corrald.socket").toString()));
    }

    @Test
    void systemdFindsNothingWrongWithTheUnits() throws IOException {
        Outcome outcome = verify(etc("systemd/corrald.service"));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.out() + outcome.err()).isEmpty();
    }

    /** It ends with 0 all the same, so silence is what counts. */
    @Test
    void systemdWouldSayWhatIsWrong() throws IOException {
        String broken = etc("systemd/corrald.service").replace("KillMode=process", "KillMode=gently");
        assertThat(verify(broken).err()).contains("corrald.service").contains("gently");
    }

    /** The tool opens the socket as the unit says it, and starts the daemon with the first connection. */
    @Test
    void aSocketOfSystemdStartsTheDaemonAndOutlivesIt() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("[program:cat]\ncommand=/bin/cat\nstartsecs=0\n");
        Path socket = builder.dir().resolve("s.sock");
        // It passes on only what it is told to; without the mark nobody would find a daemon that went astray.
        builder.prefix("/usr/bin/systemd-socket-activate", "-E", Lab.MARK, "--fdname=control", "-l", socket.toString());
        try (RunningDaemon daemon = builder.start()) {
            assertThat(daemon.ctl("status").out()).contains("cat ");
            assertThat(daemon.pid()).isEqualTo(daemon.process().pid());
            daemon.awaitLog("INFO .*s\\.sock is the socket 3 that corrald was started with");
            assertThat(ProcFs.environment(daemon.awaitState("cat", "RUNNING")))
                    .doesNotContainKeys("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES");
            daemon.signal("TERM", daemon.pid());
            assertThat(daemon.awaitExit()).isZero();
            assertThat(socket).exists();
        }
    }

    @Test
    void theScriptOfOpenRcIsOneForTheShell() throws IOException {
        Path script = Distribution.home().resolve("etc/openrc/corrald");
        Outcome outcome = lab.run(lab.folder(), List.of("/bin/sh", "-n", script.toString()));
        assertThat(outcome.exit()).as(outcome.toString()).isZero();
    }

    @AsRoot
    @Test
    void logrotateLosesNoLine() throws IOException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs("""
                [supervisord]
                logfile=${dir}/var/corrald.log
                logfile_maxbytes=0
                [program:counter]
                command=/bin/sh -c "i=0; while :; do i=$((i+1)); echo $i; echo $i >&2; sleep 0.005; done"
                stdout_logfile=${dir}/var/counter.log
                stdout_logfile_maxbytes=0
                stderr_logfile=${dir}/var/counter.err.log
                stderr_logfile_maxbytes=0
                """);
        // logrotate passes over folders that everybody may write to.
        Path logs = Files.createDirectory(builder.dir().resolve("var"));
        try (RunningDaemon daemon = builder.start()) {
            daemon.write(
                    "rotate.conf",
                    etc("logrotate.d/corrald")
                            .replace(
                                    "/etc/corral/corral.conf",
                                    daemon.dir().resolve("supervisord.conf").toString())
                            .replace("/var/log/corral", logs.toString()));
            for (int round = 1; round <= 3; round++) {
                daemon.until("lines", () -> Files.size(logs.resolve("counter.log")) > 200);
                daemon.until("lines", () -> Files.size(logs.resolve("counter.err.log")) > 200);
                Outcome outcome = daemon.run(List.of(
                        "/usr/sbin/logrotate",
                        "--force",
                        "--state",
                        daemon.dir().resolve("state").toString(),
                        daemon.dir().resolve("rotate.conf").toString()));
                assertThat(outcome.exit()).as(outcome.toString()).isZero();
                daemon.until(
                        "new files",
                        () -> Files.exists(logs.resolve("counter.err.log"))
                                && Files.exists(logs.resolve("counter.log"))
                                && Files.readString(logs.resolve("corrald.log")).contains("supervisord logreopen"));
            }
            daemon.ctl("stop", "counter");
            assertThat(logs.resolve("counter.log.2.gz")).exists();
            complete(logs, "counter.log");
            complete(logs, "counter.err.log");
        }
    }

    /** Numbers from 1 on, each on its line and once; of the very last the end may be missing, because it was killed. */
    private static void complete(Path logs, String name) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 3; i >= 2; i--) {
            try (GZIPInputStream in = new GZIPInputStream(
                    Files.newInputStream(logs.resolve(String.format(Locale.ROOT, "%s.%d.gz", name, i))))) {
                all.append(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            }
        }
        all.append(Files.readString(logs.resolve(name + ".1"))).append(Files.readString(logs.resolve(name)));
        List<String> lines = all.toString().lines().toList();
        List<String> wanted = new ArrayList<>();
        for (int i = 1; i <= lines.size(); i++) {
            wanted.add(Integer.toString(i));
        }
        assertThat(lines).isEqualTo(wanted);
    }
}
