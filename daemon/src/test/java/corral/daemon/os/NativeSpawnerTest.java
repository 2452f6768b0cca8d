package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.process.ExitStatus;
import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real children, with the system calls that containers may refuse and without them. */
class NativeSpawnerTest {
    private final Native os = Native.load();

    @TempDir
    private Path dir;

    static List<Capabilities> capabilities() {
        return List.of(new Capabilities(true, true), new Capabilities(false, false));
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void childStartsInItsDirectoryWithItsUmask(Capabilities capabilities) throws Exception {
        String out =
                run(capabilities, "pwd; umask", Optional.of(dir.toRealPath().toString()), OptionalInt.of(027));
        assertThat(out).isEqualTo(dir.toRealPath() + "\n0027\n");
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void daemonKeepsItsOwnDirectoryAndUmask(Capabilities capabilities) throws Exception {
        String before = Files.readString(Path.of("/proc/self/status")).replaceAll("(?s).*(Umask:\\s+\\d+).*", "$1");
        run(capabilities, "true", Optional.of("/"), OptionalInt.of(077));
        assertThat(Files.readString(Path.of("/proc/self/status"))).contains(before);
        assertThat(Files.readSymbolicLink(Path.of("/proc/self/cwd")))
                .isEqualTo(Path.of("").toRealPath());
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void childHasItsOwnGroupAndNoSignalBlockedOrIgnored(Capabilities capabilities) throws Exception {
        String out = run(
                capabilities,
                "ps -o pgid= -p $$ | tr -d ' '; echo $$; grep -E 'SigBlk|SigIgn' /proc/self/status",
                Optional.empty(),
                OptionalInt.empty());
        String[] lines = out.split("\n", -1);
        assertThat(lines[0]).isEqualTo(lines[1]);
        assertThat(lines[2]).endsWith("\t0000000000000000");
        assertThat(lines[3]).endsWith("\t0000000000000000");
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void childHasNoDescriptorThatItShouldNotHave(Capabilities capabilities) throws Exception {
        // Left open without close-on-exec, as a library might.
        int leaky = os.libc().open("/dev/null", 0, 0);
        try {
            String out = run(capabilities, "ls /proc/$$/fd", Optional.empty(), OptionalInt.empty());
            assertThat(out.strip().split("\n", -1)).containsExactly("0", "1", "2");
        } finally {
            os.libc().close(leaky);
        }
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void missingDirectoryIsNamedBeforeAnythingIsLaunched(Capabilities capabilities) {
        assertThatThrownBy(() -> run(capabilities, "true", Optional.of("/no/such"), OptionalInt.empty()))
                .isInstanceOfSatisfying(OsException.class, e -> {
                    assertThat(e.step()).isEqualTo("chdir");
                    assertThat(e.errnoName()).isEqualTo("ENOENT");
                });
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void fileThatIsNoProgramIsRefusedAndNotGivenToAShell(Capabilities capabilities) throws Exception {
        Path file = Files.writeString(dir.resolve("text"), "echo hello\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        SpawnPlan plan = new SpawnPlan(
                file.toString(),
                List.of("text"),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of());
        assertThatThrownBy(() -> onOwnThread(() -> new NativeSpawner(os, capabilities).spawn(plan)))
                .isInstanceOfSatisfying(
                        OsException.class, e -> assertThat(e.errnoName()).isEqualTo("ENOEXEC"));
    }

    private String run(Capabilities capabilities, String script, Optional<String> directory, OptionalInt umask)
            throws Exception {
        Path out = dir.resolve("out");
        int fd = os.open(out.toString(), 0x241, 0600);
        int nowhere = os.open("/dev/null", 2, 0);
        try {
            SpawnPlan plan = new SpawnPlan(
                    "/bin/sh",
                    List.of("sh", "-c", script),
                    List.of("PATH=/usr/bin:/bin"),
                    directory,
                    umask,
                    Optional.empty(),
                    List.of(new FdAction(nowhere, 0), new FdAction(fd, 1), new FdAction(fd, 2)));
            int pid = onOwnThread(() -> new NativeSpawner(os, capabilities).spawn(plan));
            Pointer status = os.allocate(4);
            assertThat(os.libc().waitpid(pid, status, 0)).isEqualTo(pid);
            assertThat(ExitStatus.fromWaitStatus(status.getInt(0)).code()).isZero();
            return Files.readString(out);
        } finally {
            os.libc().close(fd);
            os.libc().close(nowhere);
        }
    }

    /** As in the daemon: a thread that has its own directory and umask if that is possible. */
    private <T> T onOwnThread(Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            Capabilities.probe(os);
            return body.call();
        });
        Thread thread = new Thread(task, "spawner");
        thread.start();
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
