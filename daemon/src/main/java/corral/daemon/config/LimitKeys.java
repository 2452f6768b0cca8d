package corral.daemon.config;

import corral.daemon.ini.PyText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Options of {@link Limits}. */
final class LimitKeys {
    private static final int PERIOD_US = 100_000;
    /** The kernel takes no less. */
    private static final int MIN_QUOTA_US = 1000;

    private static final String BYTES = "a whole number of bytes, or one followed by KB, MB or GB; 0 for no limit";

    private static final Key<Long> MEMORY_MAX = Key.of(
            "memory_max",
            new ValueType<>(BYTES, (text, host) -> bytes(text, host)),
            "0",
            "corral: bytes of memory beyond which the kernel kills it");
    private static final Key<Long> MEMORY_HIGH = Key.of(
            "memory_high",
            new ValueType<>(BYTES, (text, host) -> bytes(text, host)),
            "0",
            "corral: bytes of memory beyond which it is slowed down");
    private static final Key<String> CPU_MAX = Key.of(
            "cpu_max",
            new ValueType<>(
                    "CPUs as in 0.5 or 50%%, or QUOTA PERIOD in microseconds from 1000 on",
                    (text, host) -> cpuMax(PyText.strip(text))),
            "corral: how much CPU time it gets");
    private static final Key<Integer> PIDS_MAX = Key.of(
            "pids_max",
            ServerTypes.number(0, 4_194_304),
            "0",
            "corral: how many processes and threads it may have; 0 for no limit");
    private static final Key<Integer> NICE =
            Key.of("nice", ServerTypes.number(-20, 19), "corral: how much it gives way to others for CPU time");
    private static final Key<Integer> OOM_SCORE_ADJ = Key.of(
            "oom_score_adj",
            ServerTypes.number(-1000, 1000),
            "corral: how early the kernel kills it when the machine has no memory left");
    private static final Map<Rlimit, Key<Rlimit.Value>> RLIMITS = rlimits();

    /** In the order of the reference page. */
    static final List<Key<?>> ALL = all();

    private LimitKeys() {}

    static Limits read(SectionReader section) {
        Map<Rlimit, Rlimit.Value> rlimits = new EnumMap<>(Rlimit.class);
        RLIMITS.forEach((limit, key) -> section.optional(key).ifPresent(value -> rlimits.put(limit, value)));
        Limits read = new Limits(
                section.value(MEMORY_MAX),
                section.value(MEMORY_HIGH),
                section.optional(CPU_MAX),
                section.value(PIDS_MAX),
                Map.copyOf(rlimits),
                number(section, NICE),
                number(section, OOM_SCORE_ADJ));
        if (read.memoryMax() > 0 && read.memoryHigh() > read.memoryMax()) {
            section.error(MEMORY_HIGH, "memory_high is more than memory_max", "allowed: at most memory_max");
        }
        return read;
    }

    private static OptionalInt number(SectionReader section, Key<Integer> key) {
        return section.optional(key).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private static List<Key<?>> all() {
        List<Key<?>> all = new ArrayList<>(List.of(MEMORY_MAX, MEMORY_HIGH, CPU_MAX, PIDS_MAX));
        all.addAll(RLIMITS.values());
        all.add(NICE);
        all.add(OOM_SCORE_ADJ);
        return List.copyOf(all);
    }

    private static Map<Rlimit, Key<Rlimit.Value>> rlimits() {
        Map<Rlimit, Key<Rlimit.Value>> keys = new EnumMap<>(Rlimit.class);
        for (Rlimit limit : Rlimit.values()) {
            String what = limit.isBytes() ? "bytes (KB, MB, GB)" : "a whole number";
            ValueType<Rlimit.Value> type = new ValueType<>(
                    what + " or unlimited, for the soft and the hard limit, or SOFT:HARD",
                    (text, host) -> value(limit, text, host));
            keys.put(limit, Key.of(limit.key(), type, "corral: RLIMIT_" + limit.name() + " of each process"));
        }
        return keys;
    }

    private static Rlimit.Value value(Rlimit limit, String text, Host host) throws BadValueException {
        int colon = text.indexOf(':');
        long soft = side(limit, colon < 0 ? text : text.substring(0, colon), host);
        long hard = colon < 0 ? soft : side(limit, text.substring(colon + 1), host);
        if (hard != Rlimit.UNLIMITED && (soft == Rlimit.UNLIMITED || soft > hard)) {
            throw new BadValueException("the soft limit is beyond the hard one");
        }
        return new Rlimit.Value(soft, hard);
    }

    private static long side(Rlimit limit, String text, Host host) throws BadValueException {
        String side = PyText.lower(PyText.strip(text));
        if (side.equals("unlimited") || side.equals("infinity")) {
            return Rlimit.UNLIMITED;
        }
        return limit.isBytes() ? bytes(side, host) : within(Types.integer(side), text);
    }

    private static long bytes(String text, Host host) throws BadValueException {
        return within(Types.BYTES.read(text, host), text);
    }

    private static long within(long number, String text) throws BadValueException {
        if (number < 0) {
            throw new BadValueException(text + " is out of range");
        }
        return number;
    }

    /** {@code QUOTA PERIOD}, as the kernel wants it. */
    private static String cpuMax(String text) throws BadValueException {
        List<String> words = PyText.words(text);
        try {
            if (words.size() == 2) {
                return quota(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)), text);
            }
            boolean percent = text.endsWith("%");
            BigDecimal number = new BigDecimal(percent ? PyText.strip(text.substring(0, text.length() - 1)) : text);
            BigDecimal cpus = percent ? number.movePointLeft(2) : number;
            return quota(cpus.multiply(BigDecimal.valueOf(PERIOD_US)).longValue(), PERIOD_US, text);
        } catch (NumberFormatException e) {
            throw new BadValueException(PyText.repr(text) + " is neither a number of CPUs nor QUOTA PERIOD");
        }
    }

    private static String quota(long quotaUs, long periodUs, String text) throws BadValueException {
        if (quotaUs < MIN_QUOTA_US || periodUs < MIN_QUOTA_US || periodUs > 1_000_000) {
            throw new BadValueException(text + " is out of range");
        }
        return quotaUs + " " + periodUs;
    }
}
