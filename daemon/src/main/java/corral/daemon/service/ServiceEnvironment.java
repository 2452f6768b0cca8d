package corral.daemon.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the service manager told this process, and nobody else, in its environment (sd_notify(3), sd_watchdog_enabled(3)).
 *
 * @param notifySocket where it listens; empty when it does not
 * @param watchdogNs nanoseconds within which it wants to hear WATCHDOG=1; 0 for never
 * @param storeRoom how many descriptors it keeps for the next process; 0 for none
 */
public record ServiceEnvironment(Optional<String> notifySocket, long watchdogNs, int storeRoom) {
    /** The variables; a child that saw them would speak for the daemon or take its descriptors for its own. */
    public static final List<String> VARIABLES = List.of(
            "NOTIFY_SOCKET",
            "WATCHDOG_USEC",
            "WATCHDOG_PID",
            "LISTEN_PID",
            "LISTEN_PIDFDID",
            "LISTEN_FDS",
            "LISTEN_FDNAMES",
            "FDSTORE");

    /** A process that nobody wants to hear of. */
    public static final ServiceEnvironment NONE = new ServiceEnvironment(Optional.empty(), 0, 0);

    /** Reads the variables; {@code pid} is the own one. A watchdog that is meant for another process, or is no number, is none. */
    public static ServiceEnvironment of(Map<String, String> environment, int pid) {
        Optional<String> socket =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(address -> !address.isEmpty());
        String addressee = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = addressee.isEmpty() || addressee.equals(Integer.toString(pid));
        return new ServiceEnvironment(
                socket,
                ours ? watchdogNs(environment.getOrDefault("WATCHDOG_USEC", "")) : 0,
                storeRoom(environment.getOrDefault("FDSTORE", "")));
    }

    private static int storeRoom(String number) {
        try {
            return Math.max(0, Integer.parseInt(number));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long watchdogNs(String micros) {
        try {
            return Math.max(0, TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
