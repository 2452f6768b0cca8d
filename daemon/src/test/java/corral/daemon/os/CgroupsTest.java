package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import corral.daemon.config.Limits;
import corral.daemon.process.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cgroups of the kernel where this machine has a v2 hierarchy that can be written to; what is written to its files, in a
 * directory that only looks like one.
 */
class CgroupsTest {
    private static final Limits ALL = new Limits(
            64 << 20, 32 << 20, Optional.of("50000 100000"), 7, Map.of(), OptionalInt.empty(), OptionalInt.empty());

    @TempDir
    private Path dir;

    private final Native os = Native.load();

    private Cgroups at(Path place) {
        return new Cgroups(new CgroupPlace.Answer(Optional.of(new Cgroup(place)), ""), "corral-test");
    }

    /** A file tree as the kernel would show it, with these controllers. */
    private Path looksLikeOne(String controllers) throws IOException {
        Files.writeString(dir.resolve("cgroup.controllers"), controllers + "\n");
        Files.writeString(dir.resolve("cgroup.subtree_control"), "");
        Files.writeString(dir.resolve("cgroup.procs"), "");
        Path mine = Files.createDirectory(dir.resolve("corral-test"));
        Files.writeString(mine.resolve("cgroup.subtree_control"), "");
        Path leaf = Files.createDirectory(mine.resolve("web.1"));
        for (String file : List.of("memory.max", "memory.high", "cpu.max", "pids.max", "cgroup.procs")) {
            if (controllers.contains(file.substring(0, file.indexOf('.'))) || file.startsWith("cgroup")) {
                Files.writeString(leaf.resolve(file), "");
            }
        }
        return leaf;
    }

    @Test
    void eachLimitThatIsMissingIsNamedWithItsReason() throws IOException {
        looksLikeOne("cpu");
        Cgroups.Made made = at(dir).make("web.2", ALL);
        assertThat(made.missing().keySet())
                .containsExactlyInAnyOrder("memory_max", "memory_high", "cpu_max", "pids_max");
        assertThat(made.missing().get("pids_max")).isEqualTo("there is no pids controller in " + dir);
        assertThat(Files.readString(dir.resolve("cgroup.subtree_control"))).isEqualTo("+cpu");
        assertThat(Files.readString(dir.resolve("corral-test/cgroup.subtree_control")))
                .isEqualTo("+cpu");
    }

    @Test
    void limitsAreWrittenAsTheKernelReadsThem() throws IOException {
        Path leaf = looksLikeOne("cpu memory pids");
        assertThat(at(dir).set(new Cgroup(leaf), ALL)).isEmpty();
        assertThat(Files.readString(leaf.resolve("memory.max"))).isEqualTo("67108864");
        assertThat(Files.readString(leaf.resolve("memory.high"))).isEqualTo("33554432");
        assertThat(Files.readString(leaf.resolve("cpu.max"))).isEqualTo("50000 100000");
        assertThat(Files.readString(leaf.resolve("pids.max"))).isEqualTo("7");
    }

    @Test
    void withoutAPlaceNothingIsMadeAndTheReasonIsTheSameForAll() {
        Cgroups none = new Cgroups(CgroupPlace.Answer.no("cgroup=off"), "x");
        assertThat(none.isUsable()).isFalse();
        Cgroups.Made made = none.make("web.1", ALL);
        assertThat(made.cgroup()).isEmpty();
        assertThat(made.missing().values()).hasSize(4).containsOnly("cgroup=off");
        assertThat(none.takeOomKills(4711)).isZero();
        none.left(4711);
        none.end();
    }

    @Test
    void killsForLackOfMemoryAreToldOnce() throws IOException {
        Path leaf = looksLikeOne("memory");
        Cgroups cgroups = at(dir);
        cgroups.enter(4711, new Cgroup(leaf));
        assertThat(cgroups.takeOomKills(4711)).isZero();
        Files.writeString(
                leaf.resolve("memory.events"), "low 0\nhigh 3\nmax 12\noom 2\noom_kill 2\noom_group_kill 0\n");
        assertThat(cgroups.takeOomKills(4711)).isEqualTo(2);
        assertThat(cgroups.takeOomKills(4711)).isZero();
        Files.writeString(leaf.resolve("memory.events"), "oom_kill 3\n");
        assertThat(cgroups.takeOomKills(4711)).isEqualTo(1);
    }

    @Test
    void whoseMemoryIsHeldIsKnownByItsFile() throws IOException {
        Path leaf = looksLikeOne("memory");
        Cgroups cgroups = at(dir);
        Files.writeString(leaf.resolve("memory.max"), "max\n");
        cgroups.enter(1, new Cgroup(leaf));
        assertThat(cgroups.limitsMemory(1)).isFalse();
        Files.writeString(leaf.resolve("memory.max"), "1048576\n");
        cgroups.enter(2, new Cgroup(leaf));
        assertThat(cgroups.limitsMemory(2)).isTrue();
        assertThat(cgroups.limitsMemory(3)).isFalse();
    }

    @Test
    void theOwnPlaceIsFoundByMountAndPath() throws IOException {
        Path unit = Files.createDirectories(dir.resolve("sys/fs/cgroup/system.slice/c.service"));
        Files.writeString(unit.resolve("cgroup.procs"), "");
        Files.createDirectories(unit.resolve(CgroupPlace.SELF));
        Files.createDirectories(dir.resolve("proc/self"));
        Files.writeString(dir.resolve("proc/self/mountinfo"), """
                22 1 8:1 / / rw - ext4 /dev/sda1 rw
                30 22 0:26 /sub /mnt/part rw - cgroup2 cgroup2 rw
                31 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw
                """);
        for (String own : List.of("", "/" + CgroupPlace.SELF)) {
            Files.writeString(dir.resolve("proc/self/cgroup"), "3:cpu:/x\n0::/system.slice/c.service" + own + "\n");
            assertThat(new CgroupPlace(dir, false).find("auto").cgroup()).contains(new Cgroup(unit));
            assertThat(new CgroupPlace(dir, true).find("auto").cgroup()).contains(new Cgroup(unit));
        }
        Files.createDirectories(dir.resolve("run/systemd/system"));
        assertThat(new CgroupPlace(dir, true).find("auto").reason()).contains("belongs to systemd", "Delegate=yes");
        assertThat(new CgroupPlace(dir, true).find("off").cgroup()).isEmpty();
        assertThat(new CgroupPlace(dir, true).find(dir.toString()).reason()).contains("is no cgroup");
        Files.writeString(dir.resolve("proc/self/cgroup"), "3:cpu:/x\n");
        assertThat(new CgroupPlace(dir, false).find("auto").reason()).isEqualTo("no cgroup v2 is mounted");
    }

    /** The hierarchy of this machine, which nobody else divides while the tests run. */
    private Cgroups real(String name) {
        CgroupPlace.Answer place = new CgroupPlace(Path.of("/"), os.euid() == 0).find("auto");
        assumeTrue(place.cgroup().isPresent(), () -> "no cgroup here: " + place.reason());
        return new Cgroups(place, name);
    }

    private static void awaitEmpty(Cgroup cgroup) throws InterruptedException {
        for (int i = 0; i < 2000 && cgroup.isPopulated(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(cgroup.isPopulated()).isFalse();
    }

    @Test
    void aRealCgroupHoldsWhatLeavesItsSessionAndEndsWithIt() throws Exception {
        String name = "corral-test-" + UUID.randomUUID();
        Cgroup cgroup = real(name).make("a:b.1", Limits.NONE).cgroup().orElseThrow();
        Cgroups cgroups = real(name);
        // It waits until it is in its cgroup, and leaves a process in a session of its own.
        Process leader =
                new ProcessBuilder("/bin/sh", "-c", "read go; setsid -f sleep 1000; echo done; read end").start();
        try {
            int pid = (int) leader.pid();
            real(name).enter(pid, cgroup);
            // The next daemon.
            cgroups.adopt();
            assertThat(cgroups.of(pid)).contains(cgroup);
            leader.getOutputStream().write("go\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            leader.getOutputStream().flush();
            assertThat(leader.inputReader().readLine()).isEqualTo("done");
            assertThat(cgroup.members()).hasSize(2).contains(pid);
            int stray = cgroup.members().stream()
                    .filter(member -> member != pid)
                    .findFirst()
                    .orElseThrow();
            leader.destroyForcibly().waitFor();
            cgroups.left(pid);
            CgroupSignals signals = new CgroupSignals(os, new KernelSignals(os), cgroups);
            assertThat(signals.send(pid, true, 0)).isEqualTo(Signals.Result.SENT);
            assertThat(signals.send(pid, true, 9)).isEqualTo(Signals.Result.SENT);
            assertThat(stray).isPositive();
            awaitEmpty(cgroup);
            assertThat(signals.send(pid, true, 0)).isEqualTo(Signals.Result.NO_SUCH_PROCESS);
            cgroups.left(pid);
            assertThat(cgroup.directory()).doesNotExist();
        } finally {
            cgroup.members().forEach(member -> ProcessHandle.of(member).ifPresent(ProcessHandle::destroyForcibly));
            leader.destroyForcibly().waitFor();
            awaitEmpty(cgroup);
            cgroups.end();
        }
        assertThat(cgroup.directory().getParent()).doesNotExist();
    }
}
