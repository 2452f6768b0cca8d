package corral.it.server;

import static org.awaitility.Awaitility.await;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.ProcFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A server with its own folder and port. Closing it leaves no process of it. */
final class RunningServer implements AutoCloseable {
    private static final int STORY = 3000;

    private final Lab lab;
    private final ServerSpec spec;
    private final Path dir;
    private final int port;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private boolean answered;
    private AssertionError mute;

    RunningServer(Lab lab, ServerSpec spec, Path dir, int port) {
        this.lab = lab;
        this.spec = spec;
        this.dir = dir;
        this.port = port;
    }

    int port() {
        return port;
    }

    ServerSpec spec() {
        return spec;
    }

    Path dir() {
        return dir;
    }

    void adopt(String name, Process process) {
        processes.put(name, process);
    }

    /** The process that the clients talk to: ours is the front. */
    Process front() {
        return processes.get("server");
    }

    /** One of corral's workers. */
    Process worker(int index) {
        return processes.get("worker-" + index);
    }

    /** Starts one of corral's workers, or its successor. */
    void startWorker(int index) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Distribution.python().toString(),
                Distribution.home().resolve("lib/worker").toString(),
                "--connect=" + dir.resolve("w.sock"),
                "--index=" + index,
                "--app=" + spec.app(),
                "--app-dir=" + Servers.resources()));
        command.addAll(Settings.ofWorker(spec.options()));
        if (spec.kind().wsgi() && spec.options().stream().noneMatch(option -> option.startsWith("--threads="))) {
            command.add("--threads=16");
        }
        Map<String, String> environment = new TreeMap<>(lab.environment());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONHASHSEED", "0");
        environment.putAll(spec.environment());
        Path log = dir.resolve("worker-" + index + ".log");
        adopt("worker-" + index, lab.start(dir, command, log, log, environment));
    }

    /** Waits until a request is answered, whatever the answer. */
    synchronized void awaitAnswer() {
        if (answered) {
            return;
        } else if (mute != null) {
            throw mute;
        }
        try {
            await("answer of " + spec)
                    .atMost(Servers.PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(this::answers);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            mute = new AssertionError("no answer of " + spec + "; " + story(), e);
            throw mute;
        } catch (AssertionError e) {
            mute = e;
            throw e;
        }
        answered = true;
    }

    private boolean answers() {
        processes.forEach((name, process) -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended with " + process.exitValue() + "; " + story());
            }
        });
        boolean tls = spec.options().stream().anyMatch(option -> option.startsWith("--certfile"));
        try (Wire wire = new Wire(port)) {
            if (tls) {
                return true;
            }
            wire.send("GET /probe HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n");
            return !wire.read(List.of(), 1, Duration.ofSeconds(20)).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a signal, by the name that kill(1) knows. */
    void signal(String name, long pid) {
        lab.run(dir, List.of("/bin/kill", "-" + name, Long.toString(pid)));
    }

    /** A file of the folder as text, empty while there is none. */
    String text(String name) {
        try {
            Path file = dir.resolve(name);
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its processes wrote, for messages. */
    String story() {
        StringBuilder story = new StringBuilder();
        for (String name : processes.keySet()) {
            String text = text(name + ".log");
            story.append(name).append(".log: ");
            story.append(text.length() <= STORY ? text : "... " + text.substring(text.length() - STORY));
            story.append('\n');
        }
        return story.toString();
    }

    /** Asks every process to end. */
    void terminate() {
        processes.values().forEach(Process::destroy);
    }

    /** Ends every process; one that does not go within 40 s is noted as left. */
    @Override
    public void close() {
        terminate();
        processes.forEach((name, process) -> {
            try {
                if (!process.waitFor(40, TimeUnit.SECONDS)) {
                    lab.leaked(name + " " + ProcFs.commandLine(process.pid()) + " did not end on SIGTERM; " + story());
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
