package corral.server.frames;

/**
 * A worker's HELLO.
 *
 * @param worker index from 0
 * @param set counts the worker's sets of connections; those of one set belong together
 * @param capacity requests at once, 0 for no limit
 * @param served requests that it was given before
 * @param ledger where this connection's requests are counted
 * @param loans name of the abstract socket to which clients' sockets are passed, without its first NUL; empty if there is none
 * @param iface asgi3, asgi2 or wsgi
 */
public record WorkerHello(
        int version,
        int pid,
        int worker,
        int set,
        int capacity,
        int served,
        LedgerPlace ledger,
        String loans,
        String iface) {}
