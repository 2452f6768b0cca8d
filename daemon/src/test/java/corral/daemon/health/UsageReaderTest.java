package corral.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageReaderTest {
    @TempDir
    private Path proc;

    @Test
    void numbersComeFromBehindANameThatMayBeAnything() throws Exception {
        Path directory = Files.createDirectories(proc.resolve("7"));
        Files.createDirectories(directory.resolve("fd/0"));
        Files.createDirectories(directory.resolve("fd/1"));
        Files.writeString(proc.resolve("uptime"), "1000.00 1.00\n");
        Files.writeString(
                directory.resolve("stat"),
                "7 (a) R (b) S 1 7 7 0 -1 4194560 1 0 0 0 250 150 0 0 20 0 5 0 92000 1000 99 184467\n");
        Files.writeString(directory.resolve("status"), "Name:\ta) R (b\nVmRSS:\t    2048 kB\nThreads:\t5\n");
        Files.writeString(directory.resolve("cgroup"), "3:cpu:/x\n0::/corral/a.1\n");
        UsageReader reader = new UsageReader(proc);
        assertThat(reader.read(List.of(7, 8)))
                .containsOnlyKeys(7)
                // 4 s of CPU in 80 s of life.
                .containsEntry(7, new Usage(4, 5, 2 << 20, 2, 5, "/corral/a.1"));
    }

    @Test
    void thePercentageIsThatOfTheTimeBetweenTwoLooks() throws Exception {
        UsageReader reader = new UsageReader(Path.of("/proc"));
        int own = (int) ProcessHandle.current().pid();
        Usage first = reader.read(List.of(own)).get(own);
        assertThat(first.memoryBytes()).isGreaterThan(10 << 20);
        assertThat(first.descriptors()).isPositive();
        long endNs = System.nanoTime() + 400_000_000;
        while (System.nanoTime() < endNs) {
            Thread.onSpinWait();
        }
        Usage second = reader.read(List.of(own)).get(own);
        assertThat(second.cpuSeconds()).isGreaterThan(first.cpuSeconds());
        assertThat(second.cpuPercent()).isBetween(1.0, 1000.0);
    }
}
