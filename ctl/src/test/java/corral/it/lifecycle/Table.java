package corral.it.lifecycle;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results in Markdown. */
public final class Table {
    private static final List<String> HEADS = List.of(
            "scenario",
            "server",
            "times",
            "requests",
            "GET failed",
            "POST failed",
            "POST lost with its worker",
            "cut with its worker or front",
            "closed in reuse",
            "misdelivered",
            "run or received twice",
            "echoes",
            "WebSockets failed",
            "closed with 1012",
            "p50 ms",
            "p99 ms",
            "longest ms");

    private Table() {}

    static String of(List<Trial> trials) {
        return of(HEADS, trials.stream().map(Table::row));
    }

    /** Any table. */
    public static String of(List<String> heads, Stream<String> rows) {
        String rule = heads.stream().map(head -> "---").collect(Collectors.joining(" | ", "| ", " |"));
        return Stream.concat(Stream.of(line(heads), rule), rows).collect(Collectors.joining("\n"));
    }

    public static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String row(Trial trial) {
        if (!trial.ran()) {
            return line(List.of(trial.scenario().title(), trial.server(), "skipped: " + trial.skipped()));
        }
        Judgement found = trial.judgement();
        var load = trial.load();
        return line(List.of(
                trial.scenario().title(),
                trial.server(),
                Integer.toString(trial.done()),
                Long.toString(load.requests()),
                Long.toString(found.idempotent()),
                Long.toString(found.posts()),
                Long.toString(found.lostPosts()),
                Long.toString(found.cut()),
                Long.toString(found.closedReused()),
                Long.toString(found.misdelivered()),
                Long.toString(found.duplicated()),
                Long.toString(load.echoes()),
                Long.toString(found.sockets()),
                Long.toString(load.closes().getOrDefault(1012, 0L)),
                ms(load.latencies().ms(0.5)),
                ms(load.latencies().ms(0.99)),
                ms(load.latencies().ms(1))));
    }

    public static String ms(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
    }
}
