package corral.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.os.Native;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes and one directory. */
class RuntimeDirectoryTest {
    private static final int ROUNDS = 200;

    @TempDir
    private Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    /** What another process does, by its words: try, release; or fight, a number of rounds on its own. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            Native os = Native.load();
            Path path = Path.of(arguments[0]);
            BufferedReader input = new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
            Optional<RuntimeDirectory> held = Optional.empty();
            System.out.println("up");
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                switch (line) {
                    case "try" -> {
                        held = RuntimeDirectory.lock(path, os, OptionalInt.empty());
                        System.out.println(held.isPresent() ? "got" : "refused");
                    }
                    case "release" -> {
                        held.orElseThrow().release();
                        System.out.println("released");
                    }
                    default -> System.out.println(fight(path, os));
                }
            }
        }

        /** How often it got the directory; a failure when somebody else had it at the same time. */
        private static String fight(Path path, Native os) throws IOException {
            Path mark = path.resolveSibling("mark");
            int got = 0;
            while (got < ROUNDS) {
                Optional<RuntimeDirectory> held = RuntimeDirectory.lock(path, os, OptionalInt.empty());
                if (held.isPresent()) {
                    try {
                        Files.createFile(mark);
                    } catch (FileAlreadyExistsException e) {
                        return "both have it";
                    }
                    Files.createDirectories(path.resolve("state"));
                    Files.createFile(path.resolve("state/1"));
                    Files.delete(mark);
                    held.get().release();
                    got++;
                }
            }
            return "got " + got;
        }
    }

    private Process other() throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin/java",
                        "-XX:+UseSerialGC",
                        "-Djnr.ffi.asm.enabled=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        dir.resolve("run").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        assertThat(line(process)).isEqualTo("up");
        return process;
    }

    private static void say(Process process, String word) throws IOException {
        process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private static String line(Process process) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = process.getInputStream().read();
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            c = process.getInputStream().read();
        }
        return line.toString();
    }

    @Test
    void ofTwoAtOnceExactlyOneGetsIt() throws Exception {
        List<Process> both = List.of(other(), other());
        for (int round = 0; round < ROUNDS; round++) {
            for (Process process : both) {
                say(process, "try");
            }
            List<String> answers = List.of(line(both.get(0)), line(both.get(1)));
            assertThat(answers).containsExactlyInAnyOrder("got", "refused");
            Process holder = both.get(answers.indexOf("got"));
            say(holder, "release");
            assertThat(line(holder)).isEqualTo("released");
        }
        assertThat(dir.resolve("run")).doesNotExist();
    }

    @Test
    void whoReleasesAndWhoTriesMeanwhileAreNeverBothIn() throws Exception {
        List<Process> both = List.of(other(), other());
        for (Process process : both) {
            say(process, "fight");
        }
        for (Process process : both) {
            assertThat(line(process)).isEqualTo("got " + ROUNDS);
        }
    }

    @Test
    void killingTheHolderFreesItAndWhatItLeftIsStillThere() throws Exception {
        Process first = other();
        say(first, "try");
        assertThat(line(first)).isEqualTo("got");
        Files.createDirectories(dir.resolve("run/state"));
        Path left = Files.createFile(dir.resolve("run/state/1"));
        Native os = Native.load();
        assertThat(RuntimeDirectory.lock(dir.resolve("run"), os, OptionalInt.empty()))
                .isEmpty();
        first.destroyForcibly().waitFor();
        RuntimeDirectory next = RuntimeDirectory.lock(dir.resolve("run"), os, OptionalInt.empty())
                .orElseThrow();
        assertThat(left).exists();
        assertThat(dir.resolve("run/lock")).content().isEqualTo(os.pid() + "\n");
        next.release();
        assertThat(dir.resolve("run")).doesNotExist();
    }

    @Test
    void theDescriptorIsTheLock() throws Exception {
        Native os = Native.load();
        Path path = dir.resolve("run");
        RuntimeDirectory first =
                RuntimeDirectory.lock(path, os, OptionalInt.empty()).orElseThrow();
        int fd = first.handOver().get("lock");
        assertThat(RuntimeDirectory.lock(path, os, OptionalInt.empty())).isEmpty();
        RuntimeDirectory heir =
                RuntimeDirectory.lock(path, os, OptionalInt.of(fd)).orElseThrow();
        assertThat(RuntimeDirectory.lock(path, os, OptionalInt.empty())).isEmpty();
        heir.release();
        assertThat(path).doesNotExist();
    }

    @Test
    void anyOtherDescriptorIsNot() throws Exception {
        Native os = Native.load();
        RuntimeDirectory held =
                RuntimeDirectory.lock(dir.resolve("run"), os, OptionalInt.of(0)).orElseThrow();
        assertThat(held.handOver().get("lock")).isNotZero();
        held.release();
    }

    @Test
    void directoryOfSomethingElseIsRefusedAndStaysAsItIs() throws IOException {
        Path other = Files.createDirectory(dir.resolve("other"));
        Path file = Files.writeString(other.resolve("precious"), "x");
        Object mode = Files.getPosixFilePermissions(other);
        assertThatThrownBy(() -> RuntimeDirectory.lock(other, Native.load(), OptionalInt.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("such as " + file)
                .hasMessageContaining("allowed: a directory that is empty, or not there yet");
        assertThat(other).isDirectoryContaining(path -> path.equals(file));
        assertThat(Files.getPosixFilePermissions(other)).isEqualTo(mode);
    }

    @Test
    void directoriesThatAreNotItsOwnOutliveIt() throws IOException {
        Path run = dir.resolve("run");
        RuntimeDirectory directory =
                RuntimeDirectory.lock(run, Native.load(), OptionalInt.empty()).orElseThrow();
        Path foreign = Files.createDirectory(run.resolve("foreign"));
        Files.writeString(foreign.resolve("precious"), "x");
        Files.createDirectory(run.resolve("state"));
        Files.writeString(run.resolve("state/7"), "x");
        Files.writeString(run.resolve("a:a.stdin"), "");
        directory.release();
        assertThat(run)
                .isDirectoryContaining(path -> path.equals(foreign))
                .isDirectoryNotContaining(path -> !path.equals(foreign));
        assertThat(foreign.resolve("precious")).hasContent("x");
    }
}
