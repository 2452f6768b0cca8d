package corral.server.tls;

import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.function.BiConsumer;

/** Which context serves which server name. Immutable, any thread. */
final class HostContexts {
    /** Stands for all names that have no certificate of their own; no server name is empty. */
    static final String DEFAULT = "";

    private final Map<String, HostContext> hosts;

    HostContexts(Map<String, HostContext> hosts) {
        this.hosts = Map.copyOf(hosts);
    }

    /** Whether the server name makes a difference. */
    boolean hasNames() {
        return hosts.size() > 1;
    }

    /**
     * The context of a name: its own, that of {@code *.} and the name without its first label (RFC 6125 6.4.3), or the default.
     *
     * @param name in lower case; null if the client gave none
     */
    HostContext byName(String name) {
        if (name != null) {
            HostContext exact = hosts.get(name);
            if (exact != null) {
                return exact;
            }
            int dot = name.indexOf('.');
            HostContext wildcard = dot > 0 ? hosts.get("*" + name.substring(dot)) : null;
            if (wildcard != null) {
                return wildcard;
            }
        }
        return hosts.get(DEFAULT);
    }

    void forEach(BiConsumer<String, HostContext> action) {
        hosts.forEach(action);
    }

    /** Lets go of all contexts; connections that use them keep them. */
    void release() {
        hosts.values().forEach(host -> ReferenceCountUtil.release(host.context()));
    }
}
