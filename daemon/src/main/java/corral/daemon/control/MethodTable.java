package corral.daemon.control;

import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** All methods by name. Filled while it is built, then only read. */
final class MethodTable {
    private final SortedMap<String, RpcMethod> methods = new TreeMap<>();

    void addAll(List<RpcMethod> more) {
        more.forEach(method -> methods.put(method.name(), method));
    }

    /** Names that Supervisor has too, sorted. */
    List<String> names() {
        List<String> names = new ArrayList<>(methods.keySet());
        names.removeIf(name -> name.startsWith("corral."));
        return names;
    }

    Optional<RpcMethod> find(String name) {
        return Optional.ofNullable(methods.get(name));
    }

    /** Begins a call on the event loop; whatever goes wrong is in the future. */
    CompletableFuture<?> call(String name, List<Object> params) {
        RpcMethod method = methods.get(name);
        if (method == null) {
            return CompletableFuture.failedFuture(new RpcFault(Fault.UNKNOWN_METHOD));
        }
        if (!method.takes(params.size())) {
            return CompletableFuture.failedFuture(new RpcFault(Fault.INCORRECT_PARAMETERS));
        }
        try {
            return method.handler().call(new Arguments(params));
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
