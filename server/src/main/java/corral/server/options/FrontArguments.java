package corral.server.options;

import corral.server.options.FrontFlags.Choice;
import corral.server.options.FrontFlags.TlsVersion;
import corral.server.options.HttpOptions.NameValue;
import corral.server.options.ProxyOptions.Headers;
import corral.server.options.TlsOptions.ClientCertificates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The front's command line and environment (OPTIONS.md, column F) as {@link ServerOptions}. No state, any thread. */
public final class FrontArguments {
    private static final String PASSWORD = "CORRAL_KEYFILE_PASSWORD";
    private static final List<String> FORMATS = List.of("combined", "uvicorn", "json");

    /** gunicorn's default for secure_scheme_headers. */
    private static final List<NameValue> SCHEME_HEADERS = List.of(
            new NameValue("x-forwarded-protocol", "ssl"),
            new NameValue("x-forwarded-proto", "https"),
            new NameValue("x-forwarded-ssl", "on"));

    private final FlagReader flags;
    private final Map<String, String> environment;
    private final boolean terminal;

    private FrontArguments(FlagReader flags, Map<String, String> environment, boolean terminal) {
        this.flags = flags;
        this.environment = environment;
        this.terminal = terminal;
    }

    /** What a command line asks for. */
    public sealed interface Result {}

    /** To run with these options. */
    public record Run(ServerOptions options) implements Result {}

    /** To print this text and exit with 0. */
    public record Help(String text) implements Result {}

    /** Nothing: it is wrong. Each problem names the option, what was read and what is allowed. */
    public record Wrong(List<String> problems) implements Result {
        public Wrong {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads a command line.
     *
     * @param terminal whether logs go to a terminal, which decides what {@code --use-colors=auto} means
     */
    public static Result parse(List<String> arguments, Map<String, String> environment, boolean terminal) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            return new Help(FrontFlags.help());
        }
        FlagReader flags = new FlagReader(arguments);
        FrontArguments reading = new FrontArguments(flags, environment, terminal);
        ServerOptions options = reading.server();
        List<String> problems = flags.problems();
        return problems.isEmpty() ? new Run(options) : new Wrong(problems);
    }

    private ServerOptions server() {
        List<Integer> listeners = required(FrontFlags.BIND, List.of());
        Integer workerSocket = required(FrontFlags.WORKER_SOCKET, -1);
        if (listeners.contains(workerSocket)) {
            flags.problem(FrontFlags.WORKER_SOCKET, "fd://" + workerSocket + " is also given by --bind");
        }
        int loops = flags.read(FrontFlags.LOOPS);
        Personality personality = flags.read(FrontFlags.PERSONALITY);
        return new ServerOptions(
                listeners,
                workerSocket,
                loops > 0 ? loops : automaticLoops(Runtime.getRuntime().availableProcessors()),
                personality,
                flags.read(FrontFlags.LOG_LEVEL),
                http(),
                limits(),
                timeouts(),
                pool(),
                tls(),
                accessLog(),
                new StatsdOptions(
                        flags.read(FrontFlags.STATSD_HOST),
                        orEmpty(flags.read(FrontFlags.STATSD_PREFIX)),
                        orEmpty(flags.read(FrontFlags.DOGSTATSD_TAGS))),
                proxy(personality),
                webSocket(),
                reload());
    }

    /** Half the CPUs, the other half is the workers'. */
    static int automaticLoops(int cpus) {
        return Math.max(1, Math.min(4, cpus / 2));
    }

    private <T> T required(Flag<T> flag, T none) {
        boolean given = flags.has(flag);
        T value = flags.read(flag);
        if (!given) {
            flags.problem(flag, "is missing, allowed: " + flag.type().allowed());
        }
        return value == null ? none : value;
    }

    private HttpOptions http() {
        return new HttpOptions(
                withoutSlash(orEmpty(flags.read(FrontFlags.ROOT_PATH))),
                flags.read(FrontFlags.ROOT_PATH_IN_PATH),
                flags.read(FrontFlags.SERVER_HEADER),
                flags.read(FrontFlags.DATE_HEADER),
                flags.read(FrontFlags.HEADERS),
                flags.read(FrontFlags.STRICT_TARGET),
                flags.read(FrontFlags.OBSOLETE_FOLDING),
                flags.read(FrontFlags.STRIP_HEADER_SPACES),
                flags.read(FrontFlags.UNCONVENTIONAL_METHOD),
                flags.read(FrontFlags.UNCONVENTIONAL_VERSION),
                flags.read(FrontFlags.CASEFOLD_METHOD),
                flags.read(FrontFlags.HEADER_MAP));
    }

    private LimitOptions limits() {
        return new LimitOptions(
                flags.integer(FrontFlags.LIMIT_LINE),
                flags.integer(FrontFlags.LIMIT_FIELDS),
                flags.integer(FrontFlags.LIMIT_FIELD_SIZE),
                flags.integer(FrontFlags.LIMIT_HEAD),
                flags.read(FrontFlags.LIMIT_BODY),
                flags.integer(FrontFlags.LIMIT_CONCURRENCY),
                flags.integer(FrontFlags.LIMIT_CONNECTIONS));
    }

    private TimeoutOptions timeouts() {
        return new TimeoutOptions(
                flags.read(FrontFlags.KEEPALIVE),
                flags.read(FrontFlags.HEADER_TIMEOUT),
                flags.read(FrontFlags.BODY_TIMEOUT),
                flags.read(FrontFlags.SEND_TIMEOUT),
                flags.read(FrontFlags.REQUEST_TIMEOUT),
                flags.read(FrontFlags.GRACEFUL_TIMEOUT));
    }

    private PoolOptions pool() {
        return new PoolOptions(
                flags.integer(FrontFlags.QUEUE),
                flags.read(FrontFlags.QUEUE_TIMEOUT),
                flags.integer(FrontFlags.WORKER_CONNECTIONS),
                flags.integer(FrontFlags.MAX_REQUESTS),
                flags.integer(FrontFlags.MAX_REQUESTS_JITTER));
    }

    private TlsOptions tls() {
        TlsOptions tls = new TlsOptions(
                flags.read(FrontFlags.CERTFILE),
                flags.read(FrontFlags.KEYFILE),
                environment.get(PASSWORD),
                flags.read(FrontFlags.CA_CERTS),
                flags.read(FrontFlags.CERT_REQS),
                flags.read(FrontFlags.CIPHERS),
                flags.read(FrontFlags.TLS_MINIMUM) == TlsVersion.TLS13,
                flags.read(FrontFlags.SNI_CERT),
                flags.read(FrontFlags.TLS_PROVIDER));
        if (!tls.enabled()) {
            if (tls.keyfile() != null) {
                flags.problem(FrontFlags.KEYFILE, "read \"" + tls.keyfile() + "\", but --certfile is missing");
            }
            if (!tls.sni().isEmpty()) {
                flags.problem(FrontFlags.SNI_CERT, "--certfile, for all other names, is missing");
            }
        } else if (tls.clientCertificates() != ClientCertificates.NONE && tls.caCerts() == null) {
            flags.problem(FrontFlags.CERT_REQS, "client certificates cannot be checked without --ca-certs");
        }
        return tls;
    }

    private AccessLogOptions accessLog() {
        String format = orEmpty(flags.read(FrontFlags.ACCESS_LOG_FORMAT));
        if (format.indexOf('%') < 0 && !FORMATS.contains(format)) {
            flags.problem(
                    FrontFlags.ACCESS_LOG_FORMAT,
                    "read \"" + format + "\", allowed: combined, uvicorn, json, or text with atoms such as %(h)s");
        }
        Choice colors = flags.read(FrontFlags.USE_COLORS);
        return new AccessLogOptions(
                flags.read(FrontFlags.ACCESS_LOG), format, colors == Choice.AUTO ? terminal : colors == Choice.TRUE);
    }

    private ProxyOptions proxy(Personality personality) {
        Headers headers = flags.read(FrontFlags.PROXY_HEADERS);
        List<NameValue> given = flags.read(FrontFlags.SECURE_SCHEME_HEADERS);
        boolean defaults = headers == Headers.SCHEME && !flags.has(FrontFlags.SECURE_SCHEME_HEADERS);
        return new ProxyOptions(
                flags.read(FrontFlags.PROXY_PROTOCOL),
                flags.read(FrontFlags.PROXY_ALLOW_IPS),
                // uvicorn takes any word; one that is no address is compared with what X-Forwarded-For says.
                personality == Personality.UVICORN
                        ? flags.read(FrontFlags.FORWARDED_ALLOW_IPS, FieldTypes.ADDRESSES_OR_WORDS)
                        : flags.read(FrontFlags.FORWARDED_ALLOW_IPS),
                headers,
                defaults ? SCHEME_HEADERS : given,
                flags.read(FrontFlags.FORWARDER_HEADERS));
    }

    private WebSocketOptions webSocket() {
        return new WebSocketOptions(
                flags.read(FrontFlags.WEBSOCKET),
                flags.integer(FrontFlags.WS_MAX_SIZE),
                flags.integer(FrontFlags.WS_MAX_QUEUE),
                flags.read(FrontFlags.WS_PING_INTERVAL),
                flags.read(FrontFlags.WS_PING_TIMEOUT),
                flags.read(FrontFlags.WS_DEFLATE));
    }

    private ReloadOptions reload() {
        List<Path> directories = flags.read(FrontFlags.RELOAD_DIRS);
        return new ReloadOptions(
                flags.read(FrontFlags.RELOAD),
                directories.stream()
                        .map(Path::toAbsolutePath)
                        .map(Path::normalize)
                        .toList(),
                flags.read(FrontFlags.RELOAD_INCLUDES),
                flags.read(FrontFlags.RELOAD_EXCLUDES),
                flags.read(FrontFlags.RELOAD_EXTRA_FILES),
                flags.read(FrontFlags.RELOAD_DELAY));
    }

    private static String withoutSlash(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
