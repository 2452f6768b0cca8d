package corral.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * One directory of the cgroup v2 hierarchy (cgroups(7)). Any thread: all state is the kernel's, and reading and writing its
 * files does not wait for a disk.
 *
 * @param directory where it is mounted
 */
public record Cgroup(Path directory) {
    private static final String EVENTS = "cgroup.events";
    private static final String MEMBERS = "cgroup.procs";

    /** Whether the kernel offers a file here, such as {@code memory.max}. */
    public boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    /** Writes to one of its files, in one write(2) as the kernel wants it. */
    void write(String file, String text) throws IOException {
        Files.write(directory.resolve(file), text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }

    /** What one of its files says, without the newline at its end; empty when there is none. */
    public String read(String file) {
        try {
            return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** The words of a file, none when there is no such file. */
    List<String> words(String file) {
        String text = read(file);
        return text.isEmpty() ? List.of() : Arrays.asList(text.split("\\s+", -1));
    }

    /** The number beside a word in a file of pairs, such as {@code oom_kill} in {@code memory.events}; 0 when there is none. */
    public long number(String file, String word) {
        for (String line : read(file).split("\n", -1)) {
            if (line.startsWith(word + " ")) {
                return Long.parseLong(line.substring(word.length() + 1).strip());
            }
        }
        return 0;
    }

    /** Moves a process here, with all its threads. */
    void add(int pid) throws IOException {
        write(MEMBERS, Integer.toString(pid));
    }

    /** The processes that are in it, not those of cgroups below; zombies do not count. */
    public List<Integer> members() {
        return words(MEMBERS).stream().map(Integer::valueOf).toList();
    }

    /** Whether a process is in it or below. */
    public boolean isPopulated() {
        return number(EVENTS, "populated") > 0;
    }

    /** Kills all that is in it and below, including what is just being forked (Linux ≥ 5.14). */
    void kill() throws IOException {
        write("cgroup.kill", "1");
    }

    /** One below it; it may exist already. */
    Cgroup make(String name) throws IOException {
        return new Cgroup(Files.createDirectories(directory.resolve(name)));
    }

    /** Removes it, which the kernel allows when nothing is in it. */
    boolean remove() {
        return directory.toFile().delete() || !Files.exists(directory);
    }
}
