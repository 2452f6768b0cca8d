package corral.server.frames;

/**
 * A worker's HELLO.
 *
 * @param worker index from 0
 * @param capacity requests at once, 0 for no limit
 * @param iface asgi3, asgi2 or wsgi
 */
public record WorkerHello(int version, int pid, int worker, int capacity, String iface) {}
