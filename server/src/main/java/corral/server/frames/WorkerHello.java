package corral.server.frames;

/**
 * A worker's HELLO.
 *
 * @param worker index from 0
 * @param capacity requests at once, 0 for no limit
 * @param spec ASGI spec_version of HTTP scopes that it wants
 */
public record WorkerHello(int version, int pid, int worker, int connection, int capacity, String iface, String spec) {}
