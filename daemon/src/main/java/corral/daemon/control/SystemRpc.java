package corral.daemon.control;

import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The {@code system.*} namespace (spec/supervisor.md 4.6). Event loop only. */
final class SystemRpc {
    private final MethodTable table;
    private final Executor loop;

    SystemRpc(MethodTable table, Executor loop) {
        this.table = table;
        this.loop = loop;
    }

    List<RpcMethod> methods() {
        return List.of(
                RpcMethod.of("system.listMethods", "array", "Names all methods, sorted.", a -> done(table.names())),
                RpcMethod.of(
                        "system.methodHelp", "string string", "Describes a method.", a -> done(named(a).description())),
                RpcMethod.of(
                        "system.methodSignature",
                        "array string",
                        "Gives the type of a method's result, then those of its parameters.",
                        a -> done(named(a).signature())),
                RpcMethod.of(
                        "system.multicall",
                        "array array",
                        "Makes several calls, each a struct {methodName, params}, one after the other. The result has"
                                + " what each returned, or a struct {faultCode, faultString}.",
                        this::multicall));
    }

    private RpcMethod named(Arguments arguments) throws RpcFault {
        return table.find(arguments.scalar(0).toString()).orElseThrow(() -> new RpcFault(Fault.SIGNATURE_UNSUPPORTED));
    }

    private CompletableFuture<?> multicall(Arguments arguments) throws RpcFault {
        Object calls = arguments.values().get(0);
        if (calls instanceof List<?> list) {
            if (list.stream().anyMatch(call -> !(call instanceof Map))) {
                throw new IllegalArgumentException("a call is not a struct");
            }
            return new Multicall(table, loop, list).start();
        }
        throw new RpcFault(Fault.INCORRECT_PARAMETERS);
    }

    private static CompletableFuture<?> done(Object value) {
        return CompletableFuture.completedFuture(value);
    }
}
