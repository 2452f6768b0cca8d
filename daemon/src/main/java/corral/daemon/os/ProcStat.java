package corral.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code /proc/PID/stat} says of one process (proc_pid_stat(5)).
 *
 * @param state R, S, D, Z and so on
 * @param threads number of threads, the dead leader of living ones included
 * @param startTicks when it was started, in clock ticks after boot
 * @param exitCode wait status once it is a zombie; 0 for readers who may not know
 */
record ProcStat(char state, int parent, int group, int threads, long startTicks, int exitCode) {
    // Counted from the state, which is field 3: what stands before may contain anything.
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int THREADS = 17;
    private static final int START = 19;
    private static final int EXIT_CODE = 49;

    /** Empty when there is no such process. */
    static Optional<ProcStat> read(Path proc, String pid) {
        try {
            byte[] bytes = Files.readAllBytes(proc.resolve(pid).resolve("stat"));
            return parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<ProcStat> parse(String text) {
        String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length <= START) {
            return Optional.empty();
        }
        return Optional.of(new ProcStat(
                fields[0].charAt(0),
                Integer.parseInt(fields[PARENT]),
                Integer.parseInt(fields[GROUP]),
                Integer.parseInt(fields[THREADS]),
                Long.parseLong(fields[START]),
                fields.length > EXIT_CODE ? Integer.parseInt(fields[EXIT_CODE]) : 0));
    }

    /** Whether all of it has ended: a leader may be dead while other threads live. */
    boolean isZombie() {
        return (state == 'Z' || state == 'X') && threads <= 1;
    }
}
