package corral.it.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the application wrote down when it began a request: a letter (G, P, S; W for a message of a WebSocket), its id, and
 * the worker's pid.
 *
 * @param owners pid by id; of several, the last
 * @param twice POSTs and messages of WebSockets that ran more than once
 * @param again GETs that ran more than once, as they may
 */
public record ExecutionLog(Map<String, Long> owners, List<String> twice, long again) {
    public static ExecutionLog read(Path file) throws IOException {
        Map<String, Long> owners = new HashMap<>();
        List<String> twice = new ArrayList<>();
        long again = 0;
        if (!Files.exists(file)) {
            return new ExecutionLog(owners, twice, 0);
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
            for (String line : (Iterable<String>) lines::iterator) {
                String[] words = line.split(" ", -1);
                if (owners.put(words[1], Long.valueOf(words[2])) != null) {
                    if (words[0].equals("P") || words[0].equals("W")) {
                        twice.add(words[1]);
                    } else {
                        again++;
                    }
                }
            }
        }
        return new ExecutionLog(owners, twice, again);
    }
}
