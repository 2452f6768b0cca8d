package corral.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel says about processes. A process that is gone reads as empty. */
public final class ProcFs {
    private ProcFs() {}

    /** The environment a process was started with. */
    public static Map<String, String> environment(long pid) {
        Map<String, String> result = new TreeMap<>();
        for (String entry : read(pid, "environ").split("\0", -1)) {
            int at = entry.indexOf('=');
            if (at > 0) {
                result.put(entry.substring(0, at), entry.substring(at + 1));
            }
        }
        return result;
    }

    /** The arguments a process was started with, joined by blanks. */
    public static String commandLine(long pid) {
        return read(pid, "cmdline").replace('\0', ' ').trim();
    }

    /** The lines of {@code /proc/PID/status} by name: Umask, Uid, Gid, Groups, SigBlk, ... */
    public static Map<String, String> status(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.contains(":"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).trim(),
                        (first, second) -> first,
                        LinkedHashMap::new));
    }

    /** State letter, parent, process group and session, from {@code /proc/PID/stat}. */
    public static Stat stat(long pid) {
        String text = read(pid, "stat");
        if (text.isEmpty()) {
            return new Stat('?', 0, 0, 0);
        }
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return new Stat(
                fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]));
    }

    /** Part of {@code /proc/PID/stat}; state is {@code ?} for a process that is gone. */
    public record Stat(char state, long parent, long group, long session) {}

    /** Open descriptors and what they are. */
    public static Map<Integer, String> descriptors(long pid) {
        Map<Integer, String> result = new TreeMap<>();
        try (Stream<Path> links = Files.list(proc(pid, "fd"))) {
            for (Path link : links.toList()) {
                result.put(
                        Integer.valueOf(link.getFileName().toString()),
                        Files.readSymbolicLink(link).toString());
            }
        } catch (IOException e) {
            return result;
        }
        return result;
    }

    /** The working directory. */
    static Path directory(long pid) {
        try {
            return Files.readSymbolicLink(proc(pid, "cwd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process exists and is no zombie. */
    public static boolean alive(long pid) {
        char state = stat(pid).state();
        return pid > 0 && state != '?' && state != 'Z' && state != 'X';
    }

    /** Living processes of a process group. */
    static List<Long> group(long pgid) {
        return pids().stream()
                .filter(pid -> alive(pid) && stat(pid).group() == pgid)
                .toList();
    }

    /** Living children of a process. */
    public static List<Long> children(long parent) {
        return pids().stream()
                .filter(pid -> alive(pid) && stat(pid).parent() == parent)
                .toList();
    }

    /** Living processes whose environment has a variable with a value that starts so. */
    static List<Long> marked(String variable, String prefix) {
        return pids().stream()
                .filter(pid -> environment(pid).getOrDefault(variable, "").startsWith(prefix) && alive(pid))
                .toList();
    }

    private static List<Long> pids() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            List<Long> result = new ArrayList<>();
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .forEach(name -> result.add(Long.valueOf(name)));
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }

    private static String read(long pid, String file) {
        try {
            return new String(Files.readAllBytes(proc(pid, file)), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            return "";
        }
    }
}
