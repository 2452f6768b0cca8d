package corral.daemon.control;

import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One {@code system.multicall} under way: each call begins when the one before has its result. Event loop only.
 */
// What a call throws is in its future, and add() looks at it.
@SuppressWarnings("FutureReturnValueIgnored")
final class Multicall {
    private final MethodTable table;
    private final Executor loop;
    private final Iterator<?> calls;
    private final List<Object> results = new ArrayList<>();
    private final CompletableFuture<List<Object>> all = new CompletableFuture<>();

    /** Prepares the calls, each of which is a Map. */
    Multicall(MethodTable table, Executor loop, List<?> calls) {
        this.table = table;
        this.loop = loop;
        this.calls = calls.iterator();
    }

    CompletableFuture<?> start() {
        proceed();
        return all;
    }

    /** A loop where results are there at once, since there may be thousands; a continuation where one is not. */
    private void proceed() {
        while (calls.hasNext()) {
            CompletableFuture<?> call = begin((Map<?, ?>) calls.next());
            if (!call.isDone()) {
                call.whenCompleteAsync(
                        (value, failure) -> {
                            add(value, failure);
                            proceed();
                        },
                        loop);
                return;
            }
            call.whenComplete(this::add);
        }
        all.complete(results);
    }

    private void add(Object value, Throwable failure) {
        if (failure == null) {
            results.add(value);
        } else {
            FaultMapping.Answer answer = FaultMapping.answer(failure);
            results.add(Map.of("faultCode", answer.fault(), "faultString", answer.text()));
        }
    }

    private CompletableFuture<?> begin(Map<?, ?> call) {
        Object name = call.get("methodName");
        if (name == null) {
            return refused("No methodName");
        }
        if (name.equals("system.multicall")) {
            return refused("Recursive system.multicall forbidden");
        }
        if (!(name instanceof String method)) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("methodName is not a string: " + name));
        }
        Object params = call.get("params");
        // Some clients encode an empty array as an empty struct.
        if (params == null || (params instanceof Map<?, ?> map && map.isEmpty())) {
            return table.call(method, List.of());
        }
        if (params instanceof List<?> list) {
            return table.call(method, List.copyOf(list));
        }
        return CompletableFuture.failedFuture(new RpcFault(Fault.INCORRECT_PARAMETERS));
    }

    private static CompletableFuture<?> refused(String why) {
        return CompletableFuture.failedFuture(new RpcFault(Fault.INCORRECT_PARAMETERS, why));
    }
}
