package corral.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What one test class starts. Every process gets a mark in its environment that its descendants inherit, so that none is
 * missed at the end, whatever it did with sessions and parents. Safe for several threads.
 */
public final class Lab implements AutoCloseable {
    /** The variable that holds the mark. */
    static final String MARK = "CORRAL_IT";

    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(90);
    private final String mark;
    private final AtomicInteger count = new AtomicInteger();
    private final List<RunningDaemon> daemons = Collections.synchronizedList(new ArrayList<>());
    private final List<Path> folders = Collections.synchronizedList(new ArrayList<>());
    private final List<String> leaks = Collections.synchronizedList(new ArrayList<>());

    public Lab(String name) {
        mark = name + "-" + UUID.randomUUID().toString().substring(0, 8) + ".";
    }

    /** A new folder that anyone may write to; deleted with the lab. */
    public Path folder() throws IOException {
        // Of one length for all, so that outputs with paths have the same columns; short, because a socket's path may
        // have 107 characters.
        Path folder = Path.of("/tmp", "cit-" + UUID.randomUUID().toString().substring(0, 8));
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        folders.add(folder);
        return folder;
    }

    /** A daemon to be described and started; closed with the lab at the latest. */
    public DaemonBuilder daemon(Kind kind) {
        return new DaemonBuilder(this, kind);
    }

    /** Runs a command to its end, with nothing to read. */
    public Outcome run(Path directory, List<String> command) {
        return run(directory, command, "");
    }

    /** Runs a command to its end; one that takes longer than 90 s is killed and fails. */
    public Outcome run(Path directory, List<String> command, String stdin) {
        String name = String.join(" ", command);
        try {
            Path out = Files.createTempFile("cit", ".out");
            Path err = Files.createTempFile("cit", ".err");
            Process process = start(directory, command, out, err);
            process.getOutputStream().write(stdin.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            boolean ended = process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            Outcome outcome = new Outcome(name, process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            if (!ended) {
                throw new AssertionError("no end within " + COMMAND_LIMIT + ": " + outcome);
            }
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a command with its output in files. */
    public Process start(Path directory, List<String> command, Path out, Path err) throws IOException {
        return start(directory, command, out, err, environment());
    }

    public Process start(Path directory, List<String> command, Path out, Path err, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** A small environment, the same for every daemon, with this lab's mark. */
    public Map<String, String> environment() {
        Map<String, String> result = new TreeMap<>();
        result.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        result.put("HOME", System.getenv().getOrDefault("HOME", "/"));
        result.put("LANG", "C.UTF-8");
        String javaHome = System.getenv("JAVA_HOME");
        if (javaHome != null) {
            result.put("JAVA_HOME", javaHome);
        }
        result.put(MARK, mark + count.incrementAndGet());
        return result;
    }

    void started(RunningDaemon daemon) {
        daemons.add(daemon);
    }

    /** Notes something that outlived its daemon; the class fails for it. */
    public void leaked(String what) {
        leaks.add(what);
    }

    /** Kills everything that is left of what was started so far; for those that may leave something. */
    public void clear() {
        kill(mark);
    }

    @Override
    public void close() {
        List.copyOf(daemons).forEach(RunningDaemon::close);
        kill(mark).forEach(this::leaked);
        if (!Boolean.getBoolean("corral.it.keep")) {
            List.copyOf(folders).forEach(Lab::delete);
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("left running: " + String.join("; ", leaks));
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills every process with a mark that starts so, and returns their command lines. */
    static List<String> kill(String mark) {
        List<String> killed = new ArrayList<>();
        await("death of every process marked " + mark)
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    List<Long> left = ProcFs.marked(MARK, mark);
                    for (long pid : left) {
                        killed.add(pid + " " + ProcFs.commandLine(pid));
                        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                    }
                    return left.isEmpty();
                });
        return killed.stream().distinct().toList();
    }
}
