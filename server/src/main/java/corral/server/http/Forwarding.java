package corral.server.http;

import corral.server.exchange.RequestHead;
import java.net.SocketAddress;

/** Finds out who a client really is when a trusted proxy says so. Called on event loops, for requests that have such headers only. */
public interface Forwarding {
    /** Nobody is trusted. */
    Forwarding NONE = (head, peer, client) -> client;

    /**
     * Tells who sent a request.
     *
     * @param peer the connection's other end
     * @param client what is known from the connection
     * @return null if what proxies say is contradictory: the request is answered with 400
     */
    Client resolve(RequestHead head, SocketAddress peer, Client client);

    /** Whether what a peer says about its clients counts. */
    default boolean trusts(SocketAddress peer) {
        return false;
    }
}
