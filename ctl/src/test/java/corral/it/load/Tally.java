package corral.it.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what happens. Belongs to the event loop; {@link #result} is a copy. */
final class Tally {
    private final Map<Shape, Long> ok = new EnumMap<>(Shape.class);
    private final Map<Shape, Long> asked = new EnumMap<>(Shape.class);
    private final List<Failure> failures = new ArrayList<>();
    private final Map<Long, Long> byPid = new TreeMap<>();
    private final Map<String, Long> byVersion = new TreeMap<>();
    private final Map<Integer, Long> closes = new TreeMap<>();
    private final List<String> crossed = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private long strays;

    void asked(Shape shape) {
        asked.merge(shape, 1L, Long::sum);
    }

    void ended(Exchange exchange) {
        if (exchange.verdict != Verdict.OK) {
            failures.add(exchange.failure());
            return;
        }
        ok.merge(exchange.shape, 1L, Long::sum);
        byPid.merge(exchange.pid, 1L, Long::sum);
        byVersion.merge(exchange.version, 1L, Long::sum);
        if (exchange.shape != Shape.STREAM) {
            latencies.add(exchange.endNs - exchange.dueNs);
        }
    }

    void echoed() {
        ok.merge(Shape.SOCKET, 1L, Long::sum);
    }

    void failed(Failure failure) {
        failures.add(failure);
    }

    /** A WebSocket ended in order while these messages had no answer; if the application got one, it is lost. */
    void closed(int code, List<String> unanswered) {
        closes.merge(code, 1L, Long::sum);
        crossed.addAll(unanswered);
    }

    void stray() {
        strays++;
    }

    long total() {
        return asked.values().stream().mapToLong(Long::longValue).sum();
    }

    LoadResult result() {
        return new LoadResult(
                Map.copyOf(asked),
                Map.copyOf(ok),
                List.copyOf(failures),
                new TreeMap<>(byPid),
                new TreeMap<>(byVersion),
                new TreeMap<>(closes),
                List.copyOf(crossed),
                strays,
                latencies.copy());
    }
}
