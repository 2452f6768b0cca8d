package corral.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.CorralOnly;
import corral.it.DaemonBuilder;
import corral.it.Kind;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.ProcFs;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code kill -9} of corrald, and what may be wrong when the next one comes. The long form of it is {@code ./corral bench crash}. */
@CorralOnly("Supervisor's programs die with it, or are doubled")
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class CrashIT {
    private static final CrashOptions.Effort LIGHT = new CrashOptions.Effort(2, 20_000, 30, 11, 0.7);
    private static final String PROGRAMS = "[supervisord]\nruntime_dir=${dir}/run\n"
            + Stream.of("cut", "garbage", "foreign", "older", "whole")
                    .map(name -> "[program:" + name + "]\ncommand=/bin/sleep 1000\n")
                    .reduce("", String::concat);

    private final Lab lab;

    CrashIT(Lab lab) {
        this.lab = lab;
    }

    @Test
    void nothingIsLostOrDoubledWhenTheDaemonIsKilledOrReplacedUnderLoad() throws Exception {
        CrashResult result = CrashTrial.both(5, 2, LIGHT);
        assertThat(result.problems()).isEmpty();
        assertThat(result.findings().texts()).isEmpty();
        assertThat(result.left()).as("processes that are left").isZero();
        assertThat(result.lines().clean()).as(result.lines().toString()).isTrue();
        assertThat(result.lines().oddities()).isEmpty();
        assertThat(result.judgement().clean()).as(result.judgement().toString()).isTrue();
        assertThat(result.times()).isEqualTo(7);
        assertThat(result.load().requests()).isPositive();
        assertThat(result.load().echoes()).isPositive();
        assertThat(result.lines().bytes()).as("enough for rotations").isGreaterThan(3 << 20);
    }

    @Test
    void ofTwoThatStartAtOnceOneLivesAndTheOtherSpoilsNothing() throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(PROGRAMS);
        try (RunningDaemon one = builder.launch();
                RunningDaemon other = builder.launch()) {
            one.until(
                    "the end of one",
                    () -> one.process().isAlive() != other.process().isAlive());
            RunningDaemon winner = one.process().isAlive() ? one : other;
            RunningDaemon loser = winner == one ? other : one;
            assertThat(loser.process().exitValue()).isEqualTo(2);
            winner.awaitAnswer();
            assertThat(winner.pid()).isEqualTo(winner.process().pid());
            assertThat(winner.text("err.txt") + winner.text("out.txt"))
                    .contains("corrald is already running with this configuration");
            winner.awaitState("whole", "RUNNING");
            // Nor does one that comes later.
            assertThat(builder.runToEnd().err()).contains("pid " + winner.pid());
            assertThat(winner.text("supervisord.pid")).isEqualTo(winner.pid() + "\n");
            assertThat(Census.take(winner).leaders())
                    .hasSize(5)
                    .allSatisfy((name, pids) -> assertThat(pids).hasSize(1));
        }
    }

    @Test
    void whatIsWrittenAndDamagedIsSetAsideAndNothingElseSuffers() throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).programs(PROGRAMS);
        try (RunningDaemon killed = builder.start()) {
            killed.awaitState("foreign", "RUNNING");
            killed.awaitState("whole", "RUNNING");
            Map<String, Path> files = stateFiles(killed);
            Census before = Census.take(killed);
            killed.process().destroyForcibly().waitFor();
            damage(files);
            try (RunningDaemon next = builder.start()) {
                next.awaitLog("is not trusted: its end is missing; it was set aside as .*/run/set-aside/"
                        + files.get("cut").getFileName());
                next.awaitLog("is not trusted: it is no state of corrald; it was set aside");
                next.awaitLog("of 1 processes is of another boot or container");
                if (isRoot()) {
                    next.awaitLog("is not trusted: it belongs to uid 1; it was set aside");
                }
                Findings found = Census.take(next).since(before);
                assertThat(found.count(Findings.What.LOST)).as(found.toString()).isZero();
                assertThatNobodyIsDoubled(found);
                end(next);
            }
        }
    }

    @Test
    void whoRunsIsFoundEvenIfEverythingWrittenIsDamaged() throws Exception {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL)
                .programs(PROGRAMS + "[program:halted]\ncommand=/bin/sleep 1000\n"
                        + "autostart=false\n[program:gone]\ncommand=/bin/sleep 1000\n");
        try (RunningDaemon killed = builder.start()) {
            killed.awaitState("gone", "RUNNING");
            killed.awaitState("whole", "RUNNING");
            Census before = Census.take(killed);
            killed.process().destroyForcibly().waitFor();
            long gone = before.told().get("gone").pid();
            ProcessHandle.of(gone).orElseThrow().destroyForcibly();
            for (Path file : stateFiles(killed).values()) {
                Files.writeString(file, "");
            }
            Files.writeString(killed.dir().resolve("run/state/daemon"), "");
            try (RunningDaemon next = builder.start()) {
                assertThat(next.awaitState("gone", "RUNNING")).isNotEqualTo(gone);
                assertThat(next.state("halted")).isEqualTo("STOPPED");
                Findings found = Census.take(next).since(before);
                assertThat(found.count(Findings.What.LOST)).as(found.toString()).isEqualTo(1);
                assertThatNobodyIsDoubled(found);
                end(next);
            }
        }
    }

    /** When they began is known from the kernel only, so that a second more or less may be told. */
    private static void assertThatNobodyIsDoubled(Findings found) {
        assertThat(found.count(Findings.What.DOUBLED)
                        + found.count(Findings.What.UNKNOWN)
                        + found.count(Findings.What.STATE))
                .as(found.toString())
                .isZero();
    }

    /** Nobody is left of those whom a daemon found. */
    private static void end(RunningDaemon daemon) {
        daemon.rpc("supervisor.shutdown");
        daemon.awaitExit();
        assertThat(daemon.processes()).isEmpty();
    }

    private static boolean isRoot() {
        return ProcFs.status(ProcessHandle.current().pid()).get("Uid").startsWith("0");
    }

    private static Map<String, Path> stateFiles(RunningDaemon daemon) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(daemon.dir().resolve("run/state"))) {
            for (Path file : all.toList()) {
                Files.readString(file)
                        .lines()
                        .filter(line -> line.startsWith("group="))
                        .forEach(line -> files.put(line.substring("group=".length()), file));
            }
        }
        return files;
    }

    private static void damage(Map<String, Path> files) throws IOException {
        String cut = Files.readString(files.get("cut"));
        Files.writeString(files.get("cut"), cut.substring(0, cut.length() / 2));
        Files.writeString(files.get("garbage"), "\0\1\2 no state");
        String older = Files.readString(files.get("older"));
        String body = older.substring(0, older.lastIndexOf("crc32=")).replaceFirst("world=[0-9a-f-]+", "world=0");
        CRC32 sum = new CRC32();
        sum.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(files.get("older"), body + "crc32=" + Long.toHexString(sum.getValue()) + "\n");
        if (isRoot()) {
            Files.setAttribute(files.get("foreign"), "unix:uid", 1);
        }
    }
}
