package corral.daemon.spawn;

import corral.daemon.config.LogTarget;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import corral.daemon.logs.AutoLogs;
import corral.daemon.logs.OutputReader;
import corral.daemon.logs.StreamKey;
import corral.daemon.loop.Loop;
import corral.daemon.notify.NotifyReader;
import corral.daemon.process.Channel;
import corral.daemon.process.LogPaths;
import corral.daemon.process.Outputs;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The supervision loop's view of the output thread. */
public final class ChildOutputs implements Outputs {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** How long an exit may wait for the last words of the child when the disk is slow. */
    private static final long DRAIN_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Loop loop;
    private final OutputReader reader;
    private final ChildStdio stdio;
    private final NotifyReader notifications;
    private final Supplier<AutoLogs> autoLogs;
    private final Executor files;

    /**
     * Outputs of one daemon.
     *
     * @param autoLogs by the global options of now
     * @param files runs file work off the loop, before any later launch
     */
    public ChildOutputs(
            Loop loop,
            OutputReader reader,
            ChildStdio stdio,
            NotifyReader notifications,
            Supplier<AutoLogs> autoLogs,
            Executor files) {
        this.loop = loop;
        this.reader = reader;
        this.stdio = stdio;
        this.notifications = notifications;
        this.autoLogs = autoLogs;
        this.files = files;
    }

    @Override
    public LogPaths activate(String group, ProcessConfig config) {
        String stdout = path(config, "stdout", config.stdout());
        String stderr = config.redirectStderr() ? "" : path(config, "stderr", config.stderr());
        return new LogPaths(stdout, stderr);
    }

    @Override
    public void resume(String group, ProcessConfig config, LogPaths logs) {
        stdio.resume(group, config, logs).whenComplete((ok, error) -> {
            if (error != null) {
                log.error("the output of '{}' cannot be read on: {}", config.name(), error.getMessage());
            }
        });
    }

    @Override
    public void drain(String group, String name, Runnable done) {
        AtomicBoolean once = new AtomicBoolean();
        Object key = new Object();
        Runnable first = () -> {
            if (once.compareAndSet(false, true)) {
                loop.cancel(key);
                done.run();
            }
        };
        loop.at(key, loop.nowNs() + DRAIN_NS, "drained late " + name, first);
        CompletableFuture<Void> output = reader.drain(
                List.of(new StreamKey(group, name, Channel.STDOUT), new StreamKey(group, name, Channel.STDERR)));
        CompletableFuture.allOf(output, notifications.drain(group, name))
                .whenComplete((ok, error) -> loop.post("drained " + name, first));
    }

    @Override
    public Since since(String logfile) {
        LogSince log = new LogSince(logfile);
        files.execute(log::begin);
        return maxBytes -> onLoop("log of a launch", CompletableFuture.supplyAsync(() -> log.tail(maxBytes), files));
    }

    @Override
    public CompletableFuture<Void> clear(String group, String name, LogPaths logs) {
        List<CompletableFuture<Void>> both = List.of(clear(logs.stdout()), clear(logs.stderr()));
        return onLoop("cleared " + name, CompletableFuture.allOf(both.toArray(CompletableFuture[]::new)));
    }

    @Override
    public CompletableFuture<Boolean> writeStdin(String group, String name, byte[] bytes) {
        return onLoop("stdin " + name, reader.writeStdin(stdio.stdin(group, name), bytes));
    }

    private CompletableFuture<Void> clear(String logfile) {
        return logfile.isEmpty() ? CompletableFuture.completedFuture(null) : reader.clear(logfile);
    }

    private <T> CompletableFuture<T> onLoop(String name, CompletableFuture<T> future) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        future.whenComplete((value, error) -> loop.post(name, () -> {
            if (error == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(error);
            }
        }));
        return answer;
    }

    private String path(ProcessConfig config, String channel, StreamConfig stream) {
        if (stream.target() instanceof LogTarget.File file) {
            return file.path();
        }
        if (stream.target() instanceof LogTarget.None) {
            return "";
        }
        AutoLogs auto = autoLogs.get();
        Path name = auto.name(config.name(), channel);
        files.execute(() -> auto.create(name));
        return name.toString();
    }
}
