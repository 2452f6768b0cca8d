package corral.it.lifecycle;

import corral.it.Lab;
import corral.it.ProcFs;
import corral.it.load.ExecutionLog;
import corral.it.load.LoadClient;
import corral.it.load.LoadPlan;
import corral.it.load.LoadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Mixed load for a long time while workers are recycled and reloaded, with Netty's leak detection on: memory, descriptors and threads
 * of front and daemon must stay where they are. {@code ./corral bench soak}.
 */
public final class SoakBench {
    private static final String LEAKS = "-Dio.netty.leakDetection.level=paranoid";
    private static final double SAMPLE_S = 5;
    private static final double RELOAD_S = 60;
    private static final String USAGE = """
            usage: ./corral bench soak [--minutes 30] [--rate 200]
            Exit status: 1 if memory, descriptors or threads of the front or the daemon grow, if Netty found a leak, or if a
            request failed.
            """;

    private final CorralTarget target;
    private final List<Trend> trends;
    private final List<String> problems = new ArrayList<>();
    private int reloads;

    private SoakBench(CorralTarget target) {
        this.target = target;
        trends = Stream.of("front", "daemon")
                .flatMap(who -> Stream.of(
                        new Trend(who + ", resident memory", "MB", 4),
                        new Trend(who + ", descriptors", "", 8),
                        new Trend(who + ", threads", "", 2)))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        double minutes = 30;
        double rate = 200;
        List<String> words = Arrays.stream(arguments)
                .flatMap(word -> Arrays.stream(word.split("=", 2)))
                .toList();
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 < words.size() && words.get(i).equals("--minutes")) {
                minutes = Double.parseDouble(words.get(i + 1));
            } else if (i + 1 < words.size() && words.get(i).equals("--rate")) {
                rate = Double.parseDouble(words.get(i + 1));
            } else {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
        System.exit(run(minutes, rate) ? 0 : 1);
    }

    private static boolean run(double minutes, double rate) throws Exception {
        Setup setup = Setup.workers(2).maxRequests(500, 100);
        Map<String, String> environment = Map.of("CORRALD_OPTS", LEAKS, "CORRAL_SERVER_OPTS", LEAKS);
        try (Lab lab = new Lab("soak");
                CorralTarget target = new CorralTarget(lab, setup, environment, "");
                LoadClient client = new LoadClient(LoadPlan.mixed(target.port(), rate))) {
            SoakBench soak = new SoakBench(target);
            client.start();
            soak.watch(client, (long) (minutes * 60e9));
            LoadResult load = client.stop();
            return soak.report(
                    load, Judgement.of(load, ExecutionLog.read(target.site().log()), List.of()));
        }
    }

    private void watch(LoadClient client, long ns) throws IOException {
        long began = System.nanoTime();
        long nextReload = began + (long) (RELOAD_S * 1e9);
        for (int i = 1; System.nanoTime() - began < ns; i++) {
            long due = began + (long) (i * SAMPLE_S * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            sample(0, target.front());
            sample(3, target.daemon().pid());
            if (i % 12 == 0) {
                LifecycleBench.say(client.sent() + " sent; " + now());
            }
            if (System.nanoTime() > nextReload) {
                nextReload += (long) (RELOAD_S * 1e9);
                reload();
            }
        }
        collect(target.front());
        collect(target.daemon().pid());
    }

    private void reload() throws IOException {
        try {
            target.site().version("soak" + reloads);
            target.reload();
            reloads++;
        } catch (IllegalStateException | Unsupported e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void sample(int first, long pid) {
        Map<String, String> status = ProcFs.status(pid);
        if (status.containsKey("VmRSS")) {
            trends.get(first).add(Double.parseDouble(status.get("VmRSS").split(" ", 2)[0]) / 1024);
            trends.get(first + 1).add(ProcFs.descriptors(pid).size());
            trends.get(first + 2).add(Double.parseDouble(status.get("Threads")));
        }
    }

    /** Netty tells of a leak only once the garbage collector has found the buffer. */
    private static void collect(long pid) {
        try {
            Process jcmd = new ProcessBuilder("jcmd", Long.toString(pid), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            jcmd.waitFor(20, TimeUnit.SECONDS);
        } catch (IOException e) {
            LifecycleBench.say("no jcmd, so the last garbage is not collected");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String now() {
        return String.join(
                ", ",
                trends.stream()
                        .map(trend -> trend.name() + " "
                                + number(trend.values().get(trend.values().size() - 1)) + trend.unit())
                        .toList());
    }

    private boolean report(LoadResult load, Judgement judgement) throws IOException {
        System.out.println(Table.of(
                List.of("soak", "early", "late", "highest", "per hour", ""),
                trends.stream().map(SoakBench::row)));
        List<String> leaks = leaks();
        System.out.println();
        System.out.println(load.requests() + " requests, " + load.echoes() + " echoes, " + reloads + " reloads, "
                + load.byPid().size() + " workers; failed: " + judgement.kinds() + ", run twice: "
                + judgement.duplicated() + ", WebSockets closed " + load.closes() + "; leaks told by Netty: "
                + leaks.size());
        leaks.stream().limit(10).forEach(LifecycleBench::say);
        problems.stream().distinct().forEach(LifecycleBench::say);
        judgement.bad().stream().limit(20).forEach(failure -> LifecycleBench.say(failure.toString()));
        return leaks.isEmpty()
                && problems.isEmpty()
                && judgement.clean()
                && trends.stream().allMatch(Trend::flat);
    }

    private static String row(Trend trend) {
        String unit = trend.unit().isEmpty() ? "" : ", " + trend.unit();
        return Table.line(List.of(
                trend.name() + unit,
                number(trend.early()),
                number(trend.late()),
                number(trend.highest()),
                number(trend.perHour(SAMPLE_S)),
                trend.flat() ? "flat" : "**grows**"));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** What Netty says in any log of the folder. */
    private List<String> leaks() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(target.daemon().dir())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                    lines.filter(line -> line.contains("LEAK:")).forEach(found::add);
                }
            }
        }
        return found;
    }
}
