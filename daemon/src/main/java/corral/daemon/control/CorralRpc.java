package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.Outcome;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The {@code corral.*} namespace: what Supervisor does not have. {@code system.listMethods} leaves it out, since clients
 * compare that list with Supervisor's. Event loop only.
 */
final class CorralRpc {

    /** One command for one process. */
    private interface Action {
        CompletableFuture<Void> on(Namespec name, String process);
    }

    private final Commands commands;
    private final RpcReplies replies;

    CorralRpc(Commands commands, RpcReplies replies) {
        this.commands = commands;
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
                        a -> together(a, (name, process) -> commands.stop(name.group(), process, name.text(), true))));
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
