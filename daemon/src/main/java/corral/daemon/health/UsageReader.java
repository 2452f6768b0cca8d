package corral.daemon.health;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks in proc(5) what processes use. The kernel may let it wait: never on the loop. Any thread. */
public final class UsageReader {
    /** What the kernel shows times in, whatever it counts in (man 5 proc, sysconf(_SC_CLK_TCK)). */
    private static final double TICKS = 100;
    /** A share of less time than this says nothing. */
    private static final long MIN_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private record Look(long startTicks, double cpuSeconds, long atNs, double percent) {}

    private final Path proc;
    private final Map<Integer, Look> looks = new HashMap<>();

    /**
     * A reader.
     *
     * @param proc where proc(5) is
     */
    public UsageReader(Path proc) {
        this.proc = proc;
    }

    /** What processes use, by pid, of those that exist; others are forgotten. */
    public synchronized Map<Integer, Usage> read(List<Integer> pids) {
        looks.keySet().retainAll(pids);
        Map<Integer, Usage> all = new HashMap<>();
        for (int pid : pids) {
            read(pid).ifPresent(usage -> all.put(pid, usage));
        }
        return all;
    }

    private Optional<Usage> read(int pid) {
        Path directory = proc.resolve(Integer.toString(pid));
        try {
            String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name before them may contain anything, parentheses and spaces too.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            // Numbered from 3 there: 14 utime, 15 stime, 20 num_threads, 22 starttime.
            double cpu = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
            return Optional.of(new Usage(
                    cpu,
                    percent(pid, Long.parseLong(fields[19]), cpu),
                    memory(directory),
                    descriptors(directory),
                    Integer.parseInt(fields[17]),
                    cgroup(directory)));
        } catch (IOException | RuntimeException e) {
            // It has just gone.
            return Optional.empty();
        }
    }

    private double percent(int pid, long startTicks, double cpu) throws IOException {
        long now = System.nanoTime();
        Look before = looks.get(pid);
        if (before == null || before.startTicks() != startTicks) {
            String uptime = Files.readString(proc.resolve("uptime"), StandardCharsets.US_ASCII);
            double lived = Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) - startTicks / TICKS;
            double percent = lived <= 0 ? 0 : cpu / lived * 100;
            looks.put(pid, new Look(startTicks, cpu, now, percent));
            return percent;
        }
        long passed = now - before.atNs();
        if (passed < MIN_NS) {
            return before.percent();
        }
        double percent = (cpu - before.cpuSeconds()) * 100 * TimeUnit.SECONDS.toNanos(1) / passed;
        looks.put(pid, new Look(startTicks, cpu, now, percent));
        return percent;
    }

    private static long memory(Path directory) throws IOException {
        return Files.readAllLines(directory.resolve("status"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(-1);
    }

    private static int descriptors(Path directory) {
        try (Stream<Path> open = Files.list(directory.resolve("fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            // Somebody else's process, of which a daemon without privileges may not know that.
            return -1;
        }
    }

    private static String cgroup(Path directory) throws IOException {
        return Files.readAllLines(directory.resolve("cgroup"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElse("");
    }
}
