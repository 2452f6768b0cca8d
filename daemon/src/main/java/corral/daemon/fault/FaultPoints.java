package corral.daemon.fault;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hears that the daemon stands between two steps. For tests only: with the environment variable {@value #VARIABLE} the daemon
 * kills itself at one of them. Thread-safe.
 */
public interface FaultPoints {
    /** Environment variable: {@code name}, or {@code name@n} for the n-th time that it is reached, n ≥ 1. */
    String VARIABLE = "CORRALD_FAULT";

    /** Nothing happens anywhere. */
    FaultPoints NONE = name -> {};

    /** The caller has come to a point; names are {@code part.step} in lower case. Returns, or the daemon is dead. */
    void reached(String name);

    /**
     * What the environment asks for; {@link #NONE} as a rule.
     *
     * @param kill ends this process with SIGKILL and does not return
     * @throws IllegalArgumentException when the number behind the @ is none, or below 1
     */
    static FaultPoints fromEnvironment(Map<String, String> environment, Runnable kill) {
        String value = environment.getOrDefault(VARIABLE, "");
        if (value.isEmpty()) {
            return NONE;
        }
        int at = value.indexOf('@');
        String wanted = at < 0 ? value : value.substring(0, at);
        int times = at < 0 ? 1 : Integer.parseInt(value.substring(at + 1));
        if (times < 1) {
            throw new IllegalArgumentException(VARIABLE + "=" + value + ": counted from 1");
        }
        AtomicInteger left = new AtomicInteger(times);
        return name -> {
            if (name.equals(wanted) && left.decrementAndGet() == 0) {
                kill.run();
            }
        };
    }
}
