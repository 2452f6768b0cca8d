package corral.daemon.process;

import corral.daemon.config.HealthCheck;
import corral.daemon.config.ProcessConfig;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health check of one process. Until the first success probes come quickly, at first each 0.2 s, so that a start is not longer than it
 * need be; then each interval. Loop thread.
 */
final class Health {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long FIRST_MS = 200;

    /** Hears what the probes have shown. */
    interface Listener {

        /** The first success of this launch, or after it was unhealthy. */
        void onHealthy();

        /** No success in the time that a start may take. */
        void onNeverHealthy(String reason);

        /** So many failures in a row as are too many. */
        void onUnhealthy(String reason);
    }

    private final Ports ports;
    private final String group;
    private final ProcessConfig config;
    private final Listener listener;
    private final Optional<HealthCheck> check;
    private int round;
    private boolean watching;
    private boolean proven;
    private int failures;
    private long pauseMs;
    private long giveUpNs;
    private long lostNs;
    private String reason = "";

    Health(Ports ports, String group, ProcessConfig config, Listener listener) {
        this.ports = ports;
        this.group = group;
        this.config = config;
        this.listener = listener;
        this.check = config.additions().healthCheck();
    }

    /** Whether the process has a check: it is ready by its first success then, and not before. */
    boolean isWanted() {
        return check.isPresent();
    }

    /** Whether there were too many failures in a row since the last success. */
    boolean isUnhealthy() {
        return proven && failures >= check.map(HealthCheck::retries).orElse(1);
    }

    /** What is to be said of it beside the uptime, empty for nothing. */
    String text() {
        return isUnhealthy() ? "unhealthy: " + reason : watching && !proven ? notYet() : "";
    }

    private String notYet() {
        return "not healthy yet" + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** The process has been launched and, if it says so itself, is ready; repeated calls change nothing. */
    void begin() {
        if (check.isEmpty() || watching) {
            return;
        }
        HealthCheck it = check.get();
        watching = true;
        proven = false;
        failures = 0;
        reason = "";
        pauseMs = Math.min(FIRST_MS, it.intervalMs());
        lostNs = ports.loop().lostNs();
        giveUpNs = ports.loop().nowNs() + ns(it.startPeriodMs() + it.retries() * it.intervalMs());
        probe();
    }

    /** The process is ready, as an earlier daemon has seen. */
    void resume() {
        begin();
        proven = watching;
    }

    /** It does not run any more, or is about to end. */
    void end() {
        if (watching) {
            watching = false;
            proven = false;
            round++;
            ports.loop().cancel(this);
        }
    }

    private void probe() {
        int asked = ++round;
        ports.senses().probe(group, config, answer -> {
            if (asked == round && watching) {
                answer.ifPresentOrElse(this::failed, this::succeeded);
            }
        });
    }

    private void succeeded() {
        boolean before = isUnhealthy();
        if (before) {
            log.info("'{}' is healthy again", config.name());
        }
        failures = 0;
        reason = "";
        again(check.orElseThrow().intervalMs());
        if (!proven || before) {
            proven = true;
            listener.onHealthy();
        }
    }

    private void failed(String why) {
        reason = why;
        if (!proven) {
            failedBeforeReady();
            return;
        }
        boolean before = isUnhealthy();
        failures++;
        again(check.orElseThrow().intervalMs());
        log.debug("health check of '{}' failed: {}", config.name(), why);
        if (isUnhealthy() && !before) {
            listener.onUnhealthy(why);
        }
    }

    private void failedBeforeReady() {
        // In the time in which the daemon did not run it has not asked, either.
        long leftNs = giveUpNs + ports.loop().lostNs() - lostNs - ports.loop().nowNs();
        if (leftNs <= 0) {
            String why = reason;
            end();
            listener.onNeverHealthy(why);
            return;
        }
        again(Math.min(pauseMs, TimeUnit.NANOSECONDS.toMillis(leftNs) + 1));
        pauseMs = Math.min(check.orElseThrow().intervalMs(), pauseMs * 2);
    }

    private void again(long afterMs) {
        ports.loop().at(this, ports.loop().nowNs() + ns(afterMs), "health check of " + config.name(), this::probe);
    }

    private static long ns(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
