package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.SupervisorState;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The methods of {@code supervisor.*} about the daemon itself and its configuration. Event loop only. */
final class DaemonMethods {
    private static final String API_VERSION = "3.0";

    private final Commands commands;
    private final DaemonFacts facts;
    private final FileThreads files;
    private final RpcReplies replies;

    DaemonMethods(Commands commands, DaemonFacts facts, FileThreads files, RpcReplies replies) {
        this.commands = commands;
        this.facts = facts;
        this.files = files;
        this.replies = replies;
    }

    List<RpcMethod> methods() {
        RpcMethod version =
                RpcMethod.of("supervisor.getAPIVersion", "string", "Version of this API.", a -> done(API_VERSION));
        RpcMethod readLog = RpcMethod.of(
                "supervisor.readLog",
                "string int int",
                "Part of the activity log: so many bytes from an offset, or, with length 0, all from there; a negative"
                        + " offset counts from the end.",
                this::readLog);
        return List.of(
                version,
                version.alias("supervisor.getVersion"),
                RpcMethod.of(
                        "supervisor.getSupervisorVersion",
                        "string",
                        "Version of Supervisor that this daemon behaves like.",
                        a -> done(facts.supervisorVersion())),
                RpcMethod.of(
                        "supervisor.getIdentification",
                        "string",
                        "The configured identifier.",
                        a -> done(facts.identification())),
                RpcMethod.of("supervisor.getState", "struct", "State as {statecode, statename}.", a -> done(state())),
                RpcMethod.of("supervisor.getPID", "int", "The daemon's pid.", a -> done(facts.pid())),
                readLog,
                readLog.alias("supervisor.readMainLog"),
                RpcMethod.of("supervisor.clearLog", "boolean", "Empties the activity log.", a -> clearLog()),
                RpcMethod.of(
                        "supervisor.shutdown",
                        "boolean",
                        "Begins to stop all processes and then the daemon.",
                        a -> replies.success(commands.shutdown())),
                RpcMethod.of(
                        "supervisor.restart",
                        "boolean",
                        "Begins to stop all processes, read the configuration and start anew.",
                        a -> replies.success(commands.restart())),
                RpcMethod.of(
                        "supervisor.reloadConfig",
                        "array",
                        "Reads the configuration, applying nothing; the result is [[added, changed, removed]], each an"
                                + " array of group names.",
                        a -> replies.then(
                                commands.reloadConfig(),
                                diff -> List.of(List.of(diff.added(), diff.changed(), diff.removed())))),
                RpcMethod.of(
                        "supervisor.addProcessGroup",
                        "boolean string",
                        "Activates a group of the configuration last read.",
                        a -> replies.success(commands.addGroup(a.group(0)))),
                RpcMethod.of(
                        "supervisor.removeProcessGroup",
                        "boolean string",
                        "Drops a group whose processes are all stopped.",
                        a -> replies.success(commands.removeGroup(a.group(0)))),
                RpcMethod.of(
                        "supervisor.sendRemoteCommEvent",
                        "boolean string string",
                        "Sends an event of the given type and data to the event listeners that subscribed to it.",
                        a -> replies.success(commands.remoteCommEvent(
                                Arguments.display(a.scalar(0)), Arguments.display(a.scalar(1))))));
    }

    private Map<String, Object> state() {
        SupervisorState state = commands.state();
        return Map.of("statecode", state.code(), "statename", state.name());
    }

    private CompletableFuture<?> readLog(Arguments arguments) {
        return files.call(() -> LogReader.read(activityLog(), arguments.number(0), arguments.number(1)));
    }

    private CompletableFuture<?> clearLog() {
        return files.call(() -> {
            if (!Files.exists(activityLog())) {
                throw new RpcFault(Fault.NO_FILE);
            }
            try {
                facts.clearActivityLog();
            } catch (IOException e) {
                throw new RpcFault(Fault.FAILED);
            }
            return true;
        });
    }

    private Path activityLog() throws RpcFault {
        Optional<Path> log = facts.activityLog();
        if (log.isEmpty()) {
            throw new RpcFault(Fault.NO_FILE);
        }
        return log.get();
    }

    private static CompletableFuture<?> done(Object value) {
        return CompletableFuture.completedFuture(value);
    }
}
