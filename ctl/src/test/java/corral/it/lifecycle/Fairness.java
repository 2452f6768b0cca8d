package corral.it.lifecycle;

import corral.it.Lab;
import corral.it.load.LoadClient;
import corral.it.load.LoadPlan;
import corral.it.load.LoadResult;
import corral.it.load.Shape;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * How evenly the requests of 64 keep-alive connections are given to 8 workers.
 *
 * @param counts right answers of each worker, ascending
 */
record Fairness(String server, List<Long> counts, LoadResult load) {
    private static final int WORKERS = 8;
    private static final int CONNECTIONS = 64;
    private static final List<String> HEADS = List.of(
            "8 workers, 64 keep-alive connections",
            "requests",
            "failed",
            "of a worker, least",
            "most",
            "standard deviation, % of the mean",
            "p50 ms",
            "p99 ms");

    static Fairness measure(String server, Effort effort) throws Exception {
        try (Lab lab = new Lab("load-fairness");
                Target target = Trial.start(lab, server, Setup.workers(WORKERS).app(effort.app()))) {
            LoadPlan plan = LoadPlan.mixed(target.port(), effort.rate()).only(Shape.GET, CONNECTIONS);
            LoadResult load;
            try (LoadClient client = new LoadClient(plan)) {
                client.start();
                LockSupport.parkNanos((long) (effort.seconds() * 1e9));
                load = client.stop();
            }
            LongStream found = load.byPid().values().stream().mapToLong(Long::longValue);
            LongStream none = LongStream.generate(() -> 0)
                    .limit(Math.max(0, WORKERS - load.byPid().size()));
            return new Fairness(
                    server, LongStream.concat(none, found).sorted().boxed().toList(), load);
        }
    }

    private LongStream stream() {
        return counts.stream().mapToLong(Long::longValue);
    }

    /** Of the counts, in percent of their mean. */
    double deviation() {
        double mean = stream().average().orElse(0);
        double squares =
                stream().mapToDouble(count -> (count - mean) * (count - mean)).sum();
        return mean == 0 ? 0 : 100 * Math.sqrt(squares / counts.size()) / mean;
    }

    static String table(List<Fairness> rows) {
        return Table.of(HEADS, rows.stream().map(Fairness::row));
    }

    private String row() {
        return Table.line(List.of(
                server,
                Long.toString(load.requests()),
                Integer.toString(load.failures().size()),
                Long.toString(counts.get(0)),
                Long.toString(counts.get(counts.size() - 1)),
                Table.ms(deviation()),
                Table.ms(load.latencies().ms(0.5)),
                Table.ms(load.latencies().ms(0.99))));
    }
}
