package corral.daemon.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;

/** Options that programs and servers have and Supervisor does not, beside those of {@link ProgramKeys} that are one switch. */
final class AdditionKeys {
    private static final int DAY = 86_400;
    private static final int MAX_RETRIES = 1000;

    static final Key<Long> BACKOFF = Key.of(
            "backoff", millis("0.01", DAY), "corral: seconds before the first retry of a start, doubled each time");
    static final Key<Long> BACKOFF_MAX =
            Key.of("backoff_max", millis("0.01", DAY), "60", "corral: the most seconds between two attempts to start");
    static final Key<Long> RESTART_DELAY =
            Key.of("restart_delay", millis("0", DAY), "0", "corral: seconds between an exit and the restart");
    static final Key<Long> MAX_MEMORY = Key.of(
            "max_memory",
            new ValueType<>(Types.BYTES.allowed() + "; 0 for no limit", (text, host) -> bytes(text, host)),
            "0",
            "corral: resident bytes beyond which it is replaced or restarted");
    static final Key<List<String>> DEPENDS_ON = Key.of(
            "depends_on",
            new ValueType<>(
                    "names of programs, servers and groups, or GROUP:PROCESS, separated by commas",
                    (text, host) -> names(text, host)),
            "",
            "corral: what must be ready before it starts");
    static final Key<HealthCheck.Probe> HEALTHCHECK =
            Key.of("healthcheck", HealthCheckText.TYPE, "corral: how to see that it does its work");
    static final Key<Long> HEALTHCHECK_INTERVAL =
            Key.of("healthcheck_interval", millis("0.1", DAY), "10", "corral: seconds between two health checks");
    static final Key<Long> HEALTHCHECK_TIMEOUT =
            Key.of("healthcheck_timeout", millis("0.1", DAY), "5", "corral: seconds that a health check may take");
    static final Key<Integer> HEALTHCHECK_RETRIES = Key.of(
            "healthcheck_retries",
            ServerTypes.number(1, MAX_RETRIES),
            "3",
            "corral: failures in a row that make it unhealthy");
    static final Key<Long> HEALTHCHECK_START_PERIOD =
            Key.of("healthcheck_start_period", millis("0", DAY), "0", "corral: seconds in which failures do not count");
    static final Key<String> SOCKET = Key.of("socket", Types.STRING, "corral: where it listens: " + BindText.ALLOWED);
    static final Key<Integer> BACKLOG =
            Key.of("backlog", ServerTypes.number(1, 65535), "2048", "connections that may wait");
    static final Key<Integer> SOCKET_MODE = Key.of("socket_mode", Types.OCTAL, "0777", "permissions of Unix sockets");
    static final Key<Users.Owner> SOCKET_OWNER = Key.of("socket_owner", Types.OWNER, "owner of Unix sockets");

    /** In the order of the reference page. */
    static final List<Key<?>> ALL = all(
            BACKOFF,
            BACKOFF_MAX,
            RESTART_DELAY,
            MAX_MEMORY,
            DEPENDS_ON,
            HEALTHCHECK,
            HEALTHCHECK_INTERVAL,
            HEALTHCHECK_TIMEOUT,
            HEALTHCHECK_RETRIES,
            HEALTHCHECK_START_PERIOD,
            SOCKET,
            BACKLOG,
            SOCKET_MODE,
            SOCKET_OWNER);

    private AdditionKeys() {}

    private static List<Key<?>> all(Key<?>... own) {
        return Stream.concat(Stream.of(own), LimitKeys.ALL.stream()).toList();
    }

    /** Seconds with fractions, as milliseconds. */
    private static ValueType<Long> millis(String least, int most) {
        ValueType<List<String>> seconds = ServerTypes.seconds(new BigDecimal(least), most);
        return new ValueType<>(seconds.allowed(), (text, host) -> {
            String read = seconds.read(text, host).get(0);
            return new BigDecimal(read).movePointRight(3).longValue();
        });
    }

    private static long bytes(String text, Host host) throws BadValueException {
        long bytes = Types.BYTES.read(text, host);
        if (bytes < 0) {
            throw new BadValueException(text + " is out of range");
        }
        return bytes;
    }

    private static List<String> names(String text, Host host) throws BadValueException {
        List<String> names = Types.LIST.read(text, host);
        if (names.contains("")) {
            throw new BadValueException("a name is missing beside a comma");
        }
        return names.stream().distinct().toList();
    }
}
