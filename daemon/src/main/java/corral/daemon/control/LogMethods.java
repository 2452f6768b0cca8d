package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.ProcessSnapshot;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The methods of {@code supervisor.*} about the log files of processes. Event loop only. */
final class LogMethods {
    private static final String READ = "Part of the %s log of a process: so many bytes from an offset, or, with length"
            + " 0, all from there; a negative offset counts from the end.";
    private static final String TAIL =
            "The end of the %s log of a process, at most so many bytes, as [text, size of the"
                    + " log, whether more was written since the offset].";

    private final Commands commands;
    private final FileThreads files;
    private final RpcReplies replies;

    LogMethods(Commands commands, FileThreads files, RpcReplies replies) {
        this.commands = commands;
        this.files = files;
        this.replies = replies;
    }

    List<RpcMethod> methods() {
        RpcMethod readStdout = reader("supervisor.readProcessStdoutLog", "stdout", ProcessSnapshot::stdoutLog);
        RpcMethod tailStdout = tailer("supervisor.tailProcessStdoutLog", "stdout", ProcessSnapshot::stdoutLog);
        RpcMethod clear = RpcMethod.of(
                "supervisor.clearProcessLogs", "boolean string", "Empties the logs of a process.", this::clear);
        return List.of(
                readStdout,
                readStdout.alias("supervisor.readProcessLog"),
                reader("supervisor.readProcessStderrLog", "stderr", ProcessSnapshot::stderrLog),
                tailStdout,
                tailStdout.alias("supervisor.tailProcessLog"),
                tailer("supervisor.tailProcessStderrLog", "stderr", ProcessSnapshot::stderrLog),
                clear,
                clear.alias("supervisor.clearProcessLog"),
                RpcMethod.of(
                        "supervisor.clearAllProcessLogs",
                        "array",
                        "Empties the logs of all processes.",
                        a -> replies.statuses(commands.clearAllLogs())));
    }

    private RpcMethod reader(String name, String stream, Function<ProcessSnapshot, String> log) {
        return RpcMethod.of(
                name,
                "string string int int",
                READ.formatted(stream),
                arguments -> process(arguments).thenCompose(process -> read(log.apply(process), arguments)));
    }

    private RpcMethod tailer(String name, String stream, Function<ProcessSnapshot, String> log) {
        return RpcMethod.of(
                name,
                "array string int int",
                TAIL.formatted(stream),
                arguments -> process(arguments).thenCompose(process -> tail(log.apply(process), arguments)));
    }

    private CompletableFuture<ProcessSnapshot> process(Arguments arguments) throws RpcFault {
        Namespec name = arguments.process(0);
        return commands.process(name.group(), single(name), name.text());
    }

    private CompletableFuture<Object> read(String log, Arguments arguments) {
        return files.call(() -> {
            if (log.isEmpty()) {
                throw new RpcFault(Fault.NO_FILE);
            }
            return LogReader.read(Path.of(log), arguments.number(1), arguments.number(2));
        });
    }

    private CompletableFuture<List<Object>> tail(String log, Arguments arguments) {
        return files.call(() -> log.isEmpty()
                ? List.of("", 0, false)
                : LogReader.tail(Path.of(log), arguments.number(1), arguments.number(2)));
    }

    private CompletableFuture<?> clear(Arguments arguments) throws RpcFault {
        Namespec name = arguments.process(0);
        return replies.success(commands.clearLogs(name.group(), single(name), name.text()));
    }

    private static String single(Namespec name) throws RpcFault {
        return name.process().orElseThrow(() -> new RpcFault(Fault.BAD_NAME, name.text()));
    }
}
