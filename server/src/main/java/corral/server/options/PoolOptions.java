package corral.server.options;

/**
 * How requests are given to workers.
 *
 * @param queue requests that may wait for a worker; one more is answered with 503
 * @param queueMs how long one may wait, milliseconds
 * @param workerConnections requests at once per worker, 0 for no limit
 * @param maxRequests after so many a worker is drained, 0 for never
 * @param maxRequestsJitter up to so many are added to it, at random
 */
public record PoolOptions(int queue, long queueMs, int workerConnections, int maxRequests, int maxRequestsJitter) {}
