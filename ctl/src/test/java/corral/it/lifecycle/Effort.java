package corral.it.lifecycle;

/**
 * How much load.
 *
 * @param rate requests per second
 * @param seconds of a scenario
 * @param app module of the application
 * @param warmUp whether there is load before, so that latencies mean something
 */
record Effort(double rate, double seconds, String app, boolean warmUp) {}
