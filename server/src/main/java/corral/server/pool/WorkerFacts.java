package corral.server.pool;

/**
 * What a worker said of itself in its HELLO.
 *
 * @param index which of the server's workers, from 0
 * @param pid its process
 * @param set which of its sets of connections
 * @param capacity requests at once, 0 for no limit
 * @param wsgi whether its app is a WSGI app
 */
public record WorkerFacts(int index, int pid, int set, int capacity, boolean wsgi) {}
