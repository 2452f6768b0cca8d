package corral.it.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a writer of lines has noted at its end.
 *
 * @param beganNs as {@link System#nanoTime()}, as both are CLOCK_MONOTONIC
 * @param endedNs when it had written everything
 * @param bytes that it has written
 * @param byPipe whether it ended because nobody could read what it writes
 */
record Ending(long pid, long beganNs, long endedNs, long bytes, boolean byPipe) {
    /** All instances of a writer. */
    static List<Ending> read(Path dir, String scribe) throws IOException {
        List<Ending> endings = new ArrayList<>();
        for (String line : lines(dir.resolve(scribe + ".ends"))) {
            String[] words = line.split(" ", -1);
            endings.add(new Ending(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    words[4].equals("pipe")));
        }
        return endings;
    }

    /** How often one was started while another was there. */
    static int twice(Path dir, String scribe) throws IOException {
        return lines(dir.resolve(scribe + ".twice")).size();
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Whole lines that it has written. */
    int lines() {
        return (int) (bytes / LineLog.length(pid));
    }
}
