package corral.daemon.state;

import corral.daemon.config.Limits;
import corral.daemon.config.Rlimit;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a process may use. No state. */
final class LimitsText {
    private LimitsText() {}

    static void write(Limits limits, Fields to) {
        Map<String, String> rlimits = new LinkedHashMap<>();
        limits.rlimits()
                .forEach((limit, value) ->
                        rlimits.put(limit.name().toLowerCase(Locale.ROOT), value.soft() + " " + value.hard()));
        to.put("memory_max", limits.memoryMax())
                .put("memory_high", limits.memoryHigh())
                .put("cpu_max", limits.cpuMax())
                .put("pids_max", limits.pidsMax())
                .put("rlimits", rlimits)
                .put("nice", limits.nice())
                .put("oom_score_adj", limits.oomScoreAdj());
    }

    static Limits read(Fields from) throws DamagedException {
        Map<Rlimit, Rlimit.Value> rlimits = new EnumMap<>(Rlimit.class);
        for (Map.Entry<String, String> entry : from.map("rlimits").entrySet()) {
            try {
                int blank = entry.getValue().indexOf(' ');
                rlimits.put(
                        Rlimit.valueOf(entry.getKey().toUpperCase(Locale.ROOT)),
                        new Rlimit.Value(
                                Long.parseLong(entry.getValue().substring(0, blank)),
                                Long.parseLong(entry.getValue().substring(blank + 1))));
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                throw new DamagedException("limit " + entry.getKey() + " of " + entry.getValue());
            }
        }
        return new Limits(
                from.number("memory_max"),
                from.number("memory_high"),
                from.optional("cpu_max"),
                from.number("pids_max"),
                Map.copyOf(rlimits),
                from.optionalInteger("nice"),
                from.optionalInteger("oom_score_adj"));
    }
}
