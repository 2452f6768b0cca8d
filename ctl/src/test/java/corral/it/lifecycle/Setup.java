package corral.it.lifecycle;

/**
 * What a scenario wants of a server.
 *
 * @param workers to begin with
 * @param maxRequests after so many a worker is replaced; 0: never
 * @param jitter as many more at most
 * @param timeout seconds without a sign of life after which a worker is killed
 * @param tls whether it speaks HTTPS
 * @param app module of the application
 */
public record Setup(int workers, int maxRequests, int jitter, int timeout, boolean tls, String app) {
    /** Seconds that requests of a worker may still take when it leaves. */
    static final int GRACE = 3;

    static Setup workers(int count) {
        return new Setup(count, 0, 0, 30, false, "load_app");
    }

    Setup maxRequests(int count, int spread) {
        return new Setup(workers, count, spread, timeout, tls, app);
    }

    Setup timeout(int seconds) {
        return new Setup(workers, maxRequests, jitter, seconds, tls, app);
    }

    Setup withTls() {
        return new Setup(workers, maxRequests, jitter, timeout, true, app);
    }

    Setup app(String module) {
        return new Setup(workers, maxRequests, jitter, timeout, tls, module);
    }
}
