package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.SupervisorState;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.List;
import java.util.stream.Stream;

/** The {@code supervisor.*} namespace (spec/supervisor.md 4.3). */
final class SupervisorRpc {
    private static final String SEND_EVENT = "supervisor.sendRemoteCommEvent";
    private static final String SIGNAL_ALL = "supervisor.signalAllProcesses";

    private final Commands commands;
    private final List<RpcMethod> methods;

    SupervisorRpc(Commands commands, DaemonMethods daemon, ProcessMethods processes, LogMethods logs) {
        this.commands = commands;
        methods = Stream.of(daemon.methods(), processes.methods(), logs.methods())
                .flatMap(List::stream)
                .map(this::guard)
                .toList();
    }

    List<RpcMethod> methods() {
        return methods;
    }

    private RpcMethod guard(RpcMethod method) {
        return switch (method.name()) {
            case SEND_EVENT -> method;
            // The signals are sent even then; only the answer is a refusal.
            case SIGNAL_ALL -> method.guarded(() -> {}, this::refuseWhileEnding);
            default -> method.guarded(this::refuseWhileEnding, () -> {});
        };
    }

    private void refuseWhileEnding() throws RpcFault {
        SupervisorState state = commands.state();
        if (state == SupervisorState.SHUTDOWN || state == SupervisorState.RESTARTING) {
            throw new RpcFault(Fault.SHUTDOWN_STATE);
        }
    }
}
