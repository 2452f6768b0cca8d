package corral.daemon.rpc;

import java.util.List;

/**
 * A decoded request.
 *
 * @param method full name such as {@code supervisor.getState}; never empty
 * @param params each a String, Integer, Long, Boolean, Double, List or Map; empty if the request had none
 */
public record MethodCall(String method, List<Object> params) {}
