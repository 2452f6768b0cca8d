package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.Outcome;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The {@code corral.*} namespace: what Supervisor does not have. {@code system.listMethods} leaves it out, since clients
 * compare that list with Supervisor's. Event loop only.
 */
final class CorralRpc {
    /** More processes than that are no number of workers but a slip of the finger. */
    private static final int MAX_PROCESSES = 1000;

    /** One command for one process. */
    private interface Action {
        CompletableFuture<Void> on(Namespec name, String process);
    }

    private final Commands commands;
    private final DaemonFacts facts;
    private final RpcReplies replies;

    CorralRpc(Commands commands, DaemonFacts facts, RpcReplies replies) {
        this.commands = commands;
        this.facts = facts;
        this.replies = replies;
    }

    List<RpcMethod> methods() {
        return List.of(
                RpcMethod.of(
                        "corral.startProcesses",
                        "array array",
                        "Starts the named processes all at once and returns when each is RUNNING or has failed: status"
                                + " structs in the order of the names.",
                        a -> together(a, (name, process) -> commands.start(name.group(), process, name.text(), true))),
                RpcMethod.of(
                        "corral.stopProcesses",
                        "array array",
                        "Stops the named processes all at once and returns when all have ended: status structs in the"
                                + " order of the names.",
                        a -> together(a, (name, process) -> commands.stop(name.group(), process, name.text(), true))),
                RpcMethod.of(
                        "corral.reload",
                        "boolean string",
                        "Replaces the rolling processes of a group, each by a successor that is ready before the old one is"
                                + " stopped; returns when that is done.",
                        a -> replies.success(commands.reload(a.group(0)))),
                RpcMethod.of(
                        "corral.upgrade",
                        "boolean string",
                        "Replaces the front of a server on the same listening sockets; returns when the new one listens.",
                        a -> replies.success(commands.upgrade(a.group(0)))),
                RpcMethod.of(
                        "corral.upgradeDaemon",
                        "string",
                        "Has the daemon become the version of corrald that is installed now, with its configuration read anew:"
                                + " same pid, same processes. Returns that version when it is about to; refused, and"
                                + " nothing has changed, when it would not start.",
                        a -> facts.upgrade()),
                RpcMethod.of(
                        "corral.getDaemon",
                        "struct",
                        "The daemon as {pid, version, since, upgrade_failure}: since is when it began, another number after"
                                + " an upgrade (milliseconds, a string); upgrade_failure is why the last upgrade did not come"
                                + " about, empty if there is nothing to say.",
                        a -> CompletableFuture.completedFuture(daemon())),
                RpcMethod.of(
                        "corral.scale",
                        "boolean string int",
                        "Changes the number of processes of a group, of a server: workers, until the configuration says"
                                + " another number; returns when they are ready or have ended.",
                        this::scale),
                RpcMethod.of(
                        "corral.update",
                        "string string",
                        "Applies the configuration last read to a group without a gap: rolled; or restart when that"
                                + " cannot be, and nothing was done.",
                        a -> commands.update(a.group(0)).thenApply(rolled -> rolled ? "rolled" : "restart")));
    }

    private Map<String, Object> daemon() {
        return Map.of(
                "pid", facts.pid(),
                "version", facts.release(),
                "since", Long.toString(facts.sinceMs()),
                "upgrade_failure", facts.upgradeFailure());
    }

    private CompletableFuture<?> scale(Arguments arguments) throws RpcFault {
        String group = arguments.group(0);
        long processes = arguments.number(1);
        if (processes < 0 || processes > MAX_PROCESSES) {
            throw new RpcFault(Fault.BAD_ARGUMENTS, processes + " processes; allowed: 0-" + MAX_PROCESSES);
        }
        return replies.success(commands.scale(group, (int) processes));
    }

    private CompletableFuture<?> together(Arguments arguments, Action action) throws RpcFault {
        if (!(arguments.values().get(0) instanceof List<?> names)) {
            throw new RpcFault(Fault.INCORRECT_PARAMETERS);
        }
        List<CompletableFuture<Outcome>> all = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            Namespec name = new Arguments(List.copyOf(names)).process(i);
            all.add(one(name, action));
        }
        return replies.then(
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)),
                done -> all.stream()
                        .map(outcome -> ProcessStructs.status(outcome.join()))
                        .toList());
    }

    private static CompletableFuture<Outcome> one(Namespec name, Action action) {
        CompletableFuture<Void> answer = name.process()
                .map(process -> action.on(name, process))
                .orElseGet(() -> CompletableFuture.failedFuture(new RefusedException(Refusal.BAD_NAME, name.text())));
        return answer.handle((done, failure) -> new Outcome(
                name.group(),
                name.process().orElse("*"),
                Optional.ofNullable(failure).map(CorralRpc::refusal)));
    }

    private static RefusedException refusal(Throwable failure) {
        Throwable cause = FaultMapping.unwrap(failure);
        return cause instanceof RefusedException refused
                ? refused
                : new RefusedException(Refusal.FAILED, String.valueOf(cause.getMessage()));
    }
}
