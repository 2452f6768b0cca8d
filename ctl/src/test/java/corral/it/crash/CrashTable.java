package corral.it.crash;

import corral.it.lifecycle.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Results in Markdown, one column each. */
final class CrashTable {
    private CrashTable() {}

    static String of(List<CrashResult> results) {
        List<String> heads = new ArrayList<>(List.of(""));
        results.forEach(result -> heads.add(result.daemon() + ", " + result.times() + " × " + result.what()));
        List<String> rows = new ArrayList<>();
        row(rows, results, "before it answered", CrashResult::early);
        row(rows, results, "control socket", CrashTable::control);
        for (Findings.What what : Findings.What.values()) {
            row(
                    rows,
                    results,
                    "processes: " + what.title(),
                    result -> result.findings().count(what));
        }
        row(rows, results, "processes left after its end", CrashResult::left);
        row(
                rows,
                results,
                "processes that met another of their name",
                result -> result.lines().twice());
        row(
                rows,
                results,
                "processes that ended of a broken pipe",
                result -> result.lines().piped());
        row(rows, results, "numbered lines", result -> result.lines().written());
        row(rows, results, "missing", result -> result.lines().missing());
        row(
                rows,
                results,
                "went with a process that ended while no daemon ran",
                result -> result.lines().unread() + " of " + result.lines().orphans());
        row(rows, results, "torn", result -> result.lines().torn());
        row(rows, results, "twice in the log", result -> result.lines().doubled());
        row(rows, results, "out of order", result -> result.lines().disordered());
        row(rows, results, "HTTP requests", result -> result.load().requests());
        row(
                rows,
                results,
                "failed",
                result -> result.judgement().idempotent()
                        + result.judgement().posts()
                        + result.judgement().closedReused());
        row(rows, results, "WebSocket messages", result -> result.load().echoes());
        row(rows, results, "WebSockets failed", result -> result.judgement().sockets());
        row(
                rows,
                results,
                "run twice or misdelivered",
                result -> result.judgement().duplicated() + result.judgement().misdelivered());
        row(
                rows,
                results,
                "p99 of answers, ms",
                result -> Table.ms(result.load().latencies().ms(0.99)));
        return Table.of(heads, rows.stream());
    }

    private static String control(CrashResult result) {
        Outages outages = result.outages();
        if (outages.count() == 0) {
            return result.note();
        }
        return "away for " + s(outages.median()) + " (median), " + s(outages.longest()) + " (longest)";
    }

    private static void row(
            List<String> rows, List<CrashResult> results, String title, Function<CrashResult, Object> value) {
        List<String> cells = new ArrayList<>(List.of(title));
        results.forEach(result -> cells.add(String.valueOf(value.apply(result))));
        rows.add(Table.line(cells));
    }

    /** Seconds for people. */
    static String s(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
