package corral.daemon.control;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A method of the control API.
 *
 * @param name with its namespace
 * @param signature type of the result, then of each parameter, as {@code system.methodSignature} reports them
 * @param optional how many of the last parameters may be left out
 * @param help what it does
 * @param handler does it
 */
record RpcMethod(String name, List<String> signature, int optional, String help, Handler handler) {

    /** What a method does. */
    @FunctionalInterface
    interface Handler {
        /**
         * Begins the call on the event loop; must not block. The result is a value of the XML-RPC writer, or has
         * {@link LogSlice}s in it. Exceptions go through {@link FaultMapping}.
         */
        CompletableFuture<?> call(Arguments arguments) throws Exception;
    }

    /** A method whose parameters are all required, its signature as words between blanks. */
    static RpcMethod of(String name, String signature, String help, Handler handler) {
        return new RpcMethod(name, List.of(signature.split(" ")), 0, help, handler);
    }

    /** A method whose last parameter may be left out. */
    static RpcMethod lastOptional(String name, String signature, String help, Handler handler) {
        return new RpcMethod(name, List.of(signature.split(" ")), 1, help, handler);
    }

    /** The same under another name. */
    RpcMethod alias(String other) {
        return new RpcMethod(other, signature, optional, help, handler);
    }

    /** The same with something asked before and after each call was begun. */
    RpcMethod guarded(Guard before, Guard after) {
        return new RpcMethod(name, signature, optional, help, arguments -> {
            before.check();
            CompletableFuture<?> result = handler.call(arguments);
            after.check();
            return result;
        });
    }

    boolean takes(int arguments) {
        int most = signature.size() - 1;
        return arguments <= most && arguments >= most - optional;
    }

    /** Text for {@code system.methodHelp}. */
    String description() {
        StringBuilder text = new StringBuilder(help).append('\n');
        for (String type : signature.subList(1, signature.size())) {
            text.append("\n@param ").append(type);
        }
        return text.append("\n@return ").append(signature.get(0)).append('\n').toString();
    }

    /** Whether a call is allowed now. */
    @FunctionalInterface
    interface Guard {
        void check() throws Exception;
    }
}
