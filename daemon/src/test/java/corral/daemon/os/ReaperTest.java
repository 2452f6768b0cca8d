package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.fault.FaultPoints;
import corral.daemon.loop.Clock;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real process with real children, since a reaper takes all children of the process that it is in. */
class ReaperTest {
    private static final int SIGKILL_CODE = 128 + 9;

    @TempDir
    private Path dir;

    /** Launches shells with scripts, one after the other, and says how they ended; then what is still noted. */
    static final class Parent {
        private record Exit(int pid, ExitStatus status) {}

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Native os = Native.load();
            Path directory = Path.of(arguments[0]);
            ExitNotes notes = new ExitNotes(directory);
            BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
            Reaper reaper = new Reaper(
                    os,
                    Clock.SYSTEM,
                    notes,
                    FaultPoints.fromEnvironment(System.getenv(), os::killSelf),
                    (pid, status, atNs) -> exits.add(new Exit(pid, status)));
            reaper.start();
            NativeSpawner spawner = new NativeSpawner(os, Capabilities.probe(os));
            int nowhere = os.open("/dev/null", 2, 0);
            for (int i = 1; i < arguments.length; i++) {
                int pid = spawner.spawn(new SpawnPlan(
                        "/bin/sh",
                        List.of("sh", "-c", arguments[i]),
                        List.of("PATH=/usr/bin:/bin"),
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        List.of(new FdAction(nowhere, 0), new FdAction(nowhere, 1), new FdAction(nowhere, 2))));
                Files.writeString(directory.resolveSibling("pid"), Integer.toString(pid));
                reaper.childLaunched();
                Exit exit = exits.poll(20, TimeUnit.SECONDS);
                boolean same = exit != null && exit.pid() == pid;
                System.out.println(same ? exit.status().text() : "another: " + exit);
            }
            System.out.println(ExitNotes.read(directory).size() + " noted");
            notes.settled(Integer.parseInt(Files.readString(directory.resolveSibling("pid"))));
            System.out.println(ExitNotes.read(directory).size() + " noted");
        }
    }

    private String run(String fault, int code, String... scripts) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin/java",
                "-XX:+UseSerialGC",
                "-Djnr.ffi.asm.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                dir.resolve("state").toString()));
        command.addAll(List.of(scripts));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(FaultPoints.VARIABLE, fault);
        Process process = builder.start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isEqualTo(code);
            return out;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void everyEndIsToldAndNotedUntilItIsSettled() throws Exception {
        assertThat(run("", 0, "exit 0", "exit 255", "kill -9 $$", "ulimit -c 0; kill -SEGV $$"))
                .hasLineCount(6)
                .startsWith("exit status 0\nexit status 255\nterminated by SIGKILL\nterminated by SIGSEGV\n")
                .endsWith("\n4 noted\n4 noted\n");
    }

    @Test
    void whenAllAreSettledTheFileIsGone() throws Exception {
        assertThat(run("", 0, "exit 3")).isEqualTo("exit status 3\n1 noted\n0 noted\n");
        assertThat(dir.resolve("state/exits")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"exit.seen, 0", "exit.noted, 1", "exit.reaped, 1"})
    void aDaemonThatIsKilledLeavesTheStatusBehind(String fault, int noted) throws Exception {
        assertThat(run(fault, SIGKILL_CODE, "exit 7")).isEmpty();
        List<ExitNotes.Note> notes = ExitNotes.read(dir.resolve("state"));
        assertThat(notes).hasSize(noted).allSatisfy(note -> {
            assertThat(Integer.toString(note.pid())).isEqualTo(Files.readString(dir.resolve("pid")));
            assertThat(note.status()).isEqualTo(ExitStatus.exited(7));
            assertThat(note.startTicks()).isBetween(1L, note.atTicks());
        });
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsNoNote() throws Exception {
        Files.writeString(dir.resolve("exits"), "12 34 0 0 56\nrubbish\n13 34 -9 1 57\n14 35 0 0 5");
        assertThat(ExitNotes.read(dir))
                .containsExactly(
                        new ExitNotes.Note(12, 34, ExitStatus.exited(0), 56),
                        new ExitNotes.Note(13, 34, new ExitStatus(-1, 9, true), 57));
        assertThat(ExitNotes.read(dir.resolve("nowhere"))).isEmpty();
    }

    @Test
    void theFileDoesNotGrowForEver() throws Exception {
        ExitNotes notes = new ExitNotes(dir);
        notes.add(new ExitNotes.Note(1_000_000, 1, ExitStatus.exited(1), 2));
        for (int pid = 1; pid <= 2500; pid++) {
            notes.add(new ExitNotes.Note(pid, 1, ExitStatus.exited(0), 2));
            notes.settled(pid);
        }
        assertThat(ExitNotes.read(dir).size()).isLessThan(2001);
        assertThat(ExitNotes.read(dir).get(0).pid()).isEqualTo(1_000_000);
        notes.settled(1_000_000);
        assertThat(dir.resolve("exits")).doesNotExist();
    }

    @Test
    void oldNotesGoWhenTheyAreWrittenDownElsewhere() throws Exception {
        new ExitNotes(dir).add(new ExitNotes.Note(5, 1, ExitStatus.exited(0), 2));
        ExitNotes next = new ExitNotes(dir);
        assertThat(ExitNotes.read(dir)).hasSize(1);
        next.forgetOld();
        assertThat(ExitNotes.read(dir)).isEmpty();
        next.add(new ExitNotes.Note(6, 1, ExitStatus.exited(0), 2));
        next.forgetOld();
        assertThat(ExitNotes.read(dir)).hasSize(1);
    }
}
