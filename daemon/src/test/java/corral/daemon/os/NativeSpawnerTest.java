package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.process.ExitStatus;
import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @MethodSource("capabilities")
    void childIsMetBeforeItExecutesAnything(Capabilities capabilities) throws Exception {
        AtomicReference<String> met = new AtomicReference<>();
        ResourceLimits limits = new ResourceLimits(os);
        String out = run(
                plan -> new NativeSpawner(os, capabilities).spawn(plan, dir, pid -> {
                    try {
                        met.set(pid + " " + Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")));
                        limits.set(pid, Optional.empty(), ResourceLimits.NOFILE, 77, 99);
                        limits.nice(pid, Optional.empty(), 3);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                "echo $$; ulimit -Sn; ulimit -Hn; nice; ls /proc/$$/fd",
                Optional.empty(),
                OptionalInt.empty());
        String pid = met.get().substring(0, met.get().indexOf(' '));
        assertThat(met.get()).contains("java");
        assertThat(out.strip().split("\n", -1)).containsExactly(pid, "77", "99", "3", "0", "1", "2");
        assertThat(dir.toFile().list()).containsExactly("out");
    }

    @Test
    void manyChildrenAreMetEachOnce() throws Exception {
        List<Integer> met = Collections.synchronizedList(new ArrayList<>());
        List<Integer> launched = onOwnThread(() -> {
            NativeSpawner spawner = new NativeSpawner(os, new Capabilities(true, true));
            List<Integer> pids = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int nowhere = os.open("/dev/null", 2, 0);
                pids.add(spawner.spawn(
                        new SpawnPlan(
                                "/bin/true",
                                List.of("true"),
                                List.of(),
                                Optional.empty(),
                                OptionalInt.empty(),
                                Optional.empty(),
                                List.of(new FdAction(nowhere, 0))),
                        dir,
                        met::add));
                os.libc().close(nowhere);
            }
            for (int pid : pids) {
                os.libc().waitpid(pid, os.allocate(4), 0);
            }
            return pids;
        });
        assertThat(met).isEqualTo(launched);
    }

    /** Marking descriptors close-on-exec before the clone is too early for those that another thread opens then. */
    @Test
    void childrenInheritNothingThatIsOpenedMeanwhile() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread opener = new Thread(() -> {
            while (!over.get()) {
                os.libc().close(os.libc().open("/dev/null", 0, 0));
            }
        });
        opener.start();
        try {
            for (int i = 0; i < 100; i++) {
                String open =
                        run(new Capabilities(true, true), "ls /proc/$$/fd", Optional.empty(), OptionalInt.empty());
                assertThat(open).isEqualTo("0\n1\n2\n");
            }
        } finally {
            over.set(true);
            opener.join();
        }
    }

    @Test
    void whoCannotExecuteAfterItWasMetIsAnErrorAsEver() {
        SpawnPlan plan = new SpawnPlan(
                "/no/such",
                List.of("such"),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of(new FdAction(50, 0)));
        assertThatThrownBy(() -> onOwnThread(
                        () -> new NativeSpawner(os, new Capabilities(true, true)).spawn(plan, dir, pid -> {})))
                .isInstanceOf(OsException.class);
    }

    private interface Launch {
        int spawn(SpawnPlan plan) throws OsException;
    }

    private String run(Capabilities capabilities, String script, Optional<String> directory, OptionalInt umask)
            throws Exception {
        return run(plan -> new NativeSpawner(os, capabilities).spawn(plan), script, directory, umask);
    }

    private String run(Launch launch, String script, Optional<String> directory, OptionalInt umask) throws Exception {
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
            int pid = onOwnThread(() -> launch.spawn(plan));
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
