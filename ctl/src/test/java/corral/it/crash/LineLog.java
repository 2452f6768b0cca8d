package corral.it.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The numbered lines in a log and its rotated files, the oldest first. A line is a pid, its number, and what follows from that. For one thread. */
final class LineLog {
    private static final int DIGITS = 9;
    private static final long FACTOR = 7919;
    private static final long MODULUS = 1_000_000_000;
    private static final int SHOWN = 20;

    private final Map<Long, Seen> byPid = new HashMap<>();
    private final List<String> oddities = new ArrayList<>();
    private final byte[] line = new byte[128];
    private int length;
    private long lines;
    private long torn;
    private long bytes;

    /** Lines of one process. */
    private static final class Seen {
        private final BitSet numbers = new BitSet();
        private int next;
        private long doubled;
        private long disordered;
    }

    private LineLog() {}

    /** Reads a log and everything beside it whose name begins with its name. */
    static LineLog read(Path log) throws IOException {
        LineLog result = new LineLog();
        for (Path file : files(log, result)) {
            try (InputStream in = Files.newInputStream(file)) {
                result.read(in, file);
            }
        }
        return result;
    }

    private static List<Path> files(Path log, LineLog result) throws IOException {
        String name = Objects.requireNonNull(log.getFileName()).toString();
        TreeMap<Integer, Path> files = new TreeMap<>(Comparator.reverseOrder());
        try (Stream<Path> all = Files.list(Objects.requireNonNull(log.getParent()))) {
            for (Path file : all.toList()) {
                String other = Objects.requireNonNull(file.getFileName()).toString();
                if (other.equals(name)) {
                    files.put(0, file);
                } else if (other.startsWith(name + ".")) {
                    String suffix = other.substring(name.length() + 1);
                    if (suffix.matches("[0-9]{1,6}")) {
                        files.put(Integer.valueOf(suffix), file);
                    } else {
                        result.odd("a file " + other);
                    }
                }
            }
        }
        return List.copyOf(files.values());
    }

    /** Bytes in a line of a process. */
    static int length(long pid) {
        return Long.toString(pid).length() + 2 * (1 + DIGITS) + 1;
    }

    private void read(InputStream in, Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            bytes += count;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    end(file);
                } else {
                    if (length < line.length) {
                        line[length] = buffer[i];
                    }
                    length++;
                }
            }
        }
        if (length > 0) {
            // No line goes on in the next file.
            torn++;
            odd("the end of " + file + " is torn: " + text());
            length = 0;
        }
    }

    private void end(Path file) {
        if (!take()) {
            torn++;
            odd("torn in " + file + ": " + text());
        }
        length = 0;
    }

    private String text() {
        return new String(line, 0, Math.min(length, line.length), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Whether what is in the buffer is a whole line. */
    private boolean take() {
        int blank = length - 2 * (1 + DIGITS);
        if (blank < 1 || length > line.length || line[blank] != ' ' || line[blank + 1 + DIGITS] != ' ') {
            return false;
        }
        long pid = number(0, blank);
        long number = number(blank + 1, DIGITS);
        if (pid < 0 || number < 0 || number(blank + 2 + DIGITS, DIGITS) != number * FACTOR % MODULUS) {
            return false;
        }
        lines++;
        Seen seen = byPid.computeIfAbsent(pid, key -> new Seen());
        int n = (int) number;
        if (seen.numbers.get(n)) {
            seen.doubled++;
            odd("twice: " + text());
        } else if (n < seen.next) {
            seen.disordered++;
            odd("late: " + text());
        } else if (n > seen.next) {
            odd("before " + text() + " are " + (n - seen.next) + " missing");
        }
        seen.numbers.set(n);
        seen.next = Math.max(seen.next, n + 1);
        return true;
    }

    private long number(int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            value = 10 * value + line[i] - '0';
        }
        return value;
    }

    private void odd(String what) {
        if (oddities.size() < SHOWN) {
            oddities.add(what);
        }
    }

    /** Lines of a process that are there at least once, of those that it has written. */
    int found(long pid, int written) {
        Seen seen = byPid.get(pid);
        return seen == null ? 0 : seen.numbers.get(0, written).cardinality();
    }

    /** Processes that have written. */
    int writers() {
        return byPid.size();
    }

    long lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    /** What is no line. */
    long torn() {
        return torn;
    }

    /** Lines that are there again. */
    long doubled() {
        return byPid.values().stream().mapToLong(seen -> seen.doubled).sum();
    }

    /** Lines after later ones. */
    long disordered() {
        return byPid.values().stream().mapToLong(seen -> seen.disordered).sum();
    }

    /** The first things that are wrong, for messages. */
    List<String> oddities() {
        return oddities;
    }
}
