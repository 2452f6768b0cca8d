package corral.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A daemon with its own folder and port. Closing it leaves no process of it, and no folder. */
public final class RunningDaemon implements AutoCloseable {
    /** How long any condition may take; far more than needed, because the machine may be busy. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Characters of each file in a message. */
    private static final int STORY = 1000;

    private final Lab lab;
    private final Kind kind;
    private final Path dir;
    private final int port;
    private final Process process;
    private final String mark;
    private final Rpc rpc;
    private boolean closed;

    RunningDaemon(Lab lab, Kind kind, Path dir, int port, Process process, String mark) {
        this.lab = lab;
        this.kind = kind;
        this.dir = dir;
        this.port = port;
        this.process = process;
        this.mark = mark;
        rpc = new Rpc(dir.resolve("s.sock"));
    }

    public Path dir() {
        return dir;
    }

    int port() {
        return port;
    }

    /** The process that was started: the daemon itself unless it detached. */
    public Process process() {
        return process;
    }

    /** The daemon's own pid, as it says itself. */
    public long pid() {
        return (Integer) rpc("supervisor.getPID");
    }

    /** Calls a method; a fault is an {@link RpcFault}. */
    public Object rpc(String method, Object... params) {
        try {
            return rpc.call(method, params);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything getProcessInfo tells. */
    public Map<?, ?> info(String process) {
        return (Map<?, ?>) rpc("supervisor.getProcessInfo", process);
    }

    public String state(String process) {
        return (String) info(process).get("statename");
    }

    public long pid(String process) {
        return (Integer) info(process).get("pid");
    }

    /** Waits until a process is in a state; returns its pid then. */
    public long awaitState(String process, String state) {
        until(process + " to be " + state, () -> state(process).equals(state));
        return pid(process);
    }

    /** Waits until the activity log has a line that matches. */
    public void awaitLog(String regex) {
        Pattern pattern = Pattern.compile(regex);
        until("log line " + regex, () -> pattern.matcher(log()).find());
    }

    /** Waits for a condition, with what the daemon wrote in the message of a failure. */
    public void until(String what, Callable<Boolean> condition) {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(40))
                    .ignoreExceptionsMatching(RunningDaemon::passing)
                    .until(condition);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(what + " did not come true; " + story(), e);
        }
    }

    /** The activity log, or nothing while there is none. */
    public String log() {
        return text("supervisord.log");
    }

    /** A file of the folder, or nothing while there is none; bytes are read as Latin-1. */
    public String text(String name) {
        Path file = dir.resolve(name);
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the folder as text in UTF-8. */
    String utf8(String name) {
        return new String(text(name).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Replaces a file of the folder. */
    void write(String name, String text) {
        try {
            Files.writeString(
                    dir.resolve(name),
                    text.replace("${dir}", dir.toString()).replace("${port}", Integer.toString(port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the sections after the prelude; the daemon is not told. */
    public void configure(String sections) {
        write("supervisord.conf", DaemonBuilder.PRELUDE + sections);
    }

    /** What a daemon may answer while it reloads. */
    private static boolean passing(Throwable e) {
        return e instanceof UncheckedIOException || (e instanceof RpcFault fault && fault.code() == 6);
    }

    /** Runs this kind's own command line against this daemon. */
    public Outcome ctl(String... arguments) {
        return ctl(kind, List.of(arguments));
    }

    /** Runs a command line against this daemon, over the Unix socket. */
    public Outcome ctl(Kind client, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Distribution.ctl(client).toString(),
                "-c",
                dir.resolve("supervisord.conf").toString()));
        command.addAll(arguments);
        return run(command);
    }

    /** Starts a shell command; its output goes to a file of the folder. */
    Process shStart(String output, String command) {
        try {
            Path file = dir.resolve(output);
            return lab.start(dir, List.of("/bin/sh", "-c", command), file, dir.resolve(output + ".err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs any command in the daemon's folder. */
    Outcome run(List<String> command) {
        return lab.run(dir, command);
    }

    /** Runs any command in the daemon's folder with something to read. */
    Outcome run(List<String> command, String stdin) {
        return lab.run(dir, command, stdin);
    }

    /** Starts a command line that does not end by itself; its output goes to a file of the folder. */
    Process ctlStart(Kind client, String output, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Distribution.ctl(client).toString(),
                "-c",
                dir.resolve("supervisord.conf").toString()));
        command.addAll(arguments);
        try {
            return lab.start(dir, command, dir.resolve(output), dir.resolve(output + ".err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal, by the name that kill(1) knows. */
    public void signal(String name, long pid) {
        Outcome kill = run(List.of("/bin/kill", "-" + name, Long.toString(pid)));
        if (kill.exit() != 0) {
            throw new AssertionError(kill.toString());
        }
    }

    /** Waits until the started process has ended; returns its exit status. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the daemon did not end; " + story());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the control socket answers. */
    public void awaitAnswer() {
        until("answer of " + kind + " in " + dir, () -> {
            if (!process.isAlive() && process.exitValue() != 0) {
                throw new AssertionError("the daemon ended with " + process.exitValue() + "; " + story());
            }
            return answers();
        });
    }

    /** Whether the control socket answers that the daemon runs. */
    public boolean answers() {
        try {
            return "RUNNING".equals(((Map<?, ?>) rpc.call("supervisor.getState")).get("statename"));
        } catch (IOException | RpcFault e) {
            return false;
        }
    }

    /** Everything the daemon wrote, for messages. */
    public String story() {
        return "stdout: " + end("out.txt") + "\nstderr: " + end("err.txt") + "\nlog: " + end("supervisord.log");
    }

    private String end(String name) {
        String text = text(name);
        return text.length() <= STORY ? text : "... " + text.substring(text.length() - STORY);
    }

    /** Every living process that descends from the daemon, and the daemon. */
    public List<Long> processes() {
        return ProcFs.marked(Lab.MARK, mark).stream()
                .filter(pid -> mark.equals(ProcFs.environment(pid).get(Lab.MARK)))
                .toList();
    }

    /** Stops the daemon in order; what does not go is killed and noted in the lab. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Long> daemons = processes().stream()
                .filter(pid ->
                        pid == process.pid() || ProcFs.commandLine(pid).matches(".*(corrald\\.jar|supervisord).*"))
                .toList();
        daemons.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
        try {
            await("end of the daemon")
                    .atMost(PATIENCE)
                    .until(() -> daemons.stream().noneMatch(ProcFs::alive));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            lab.leaked("a daemon that did not end on SIGTERM; " + story());
        }
        for (long pid : processes()) {
            lab.leaked(pid + " " + ProcFs.commandLine(pid) + " of the daemon in " + dir);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
