package corral.daemon.config;

import static corral.daemon.config.ServerTypes.BOOLEAN;
import static corral.daemon.config.ServerTypes.HEADERS;
import static corral.daemon.config.ServerTypes.LIST;
import static corral.daemon.config.ServerTypes.PATH;
import static corral.daemon.config.ServerTypes.TEXT;
import static corral.daemon.config.ServerTypes.bytes;
import static corral.daemon.config.ServerTypes.choice;
import static corral.daemon.config.ServerTypes.integer;
import static corral.daemon.config.ServerTypes.seconds;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Options of {@code [server:x]}: name, type with range, and which process is told. OPTIONS.md of the server explains each. */
final class ServerKeys {
    private static final int DAY = 86_400;
    private static final int ANY = Integer.MAX_VALUE;

    /** Which processes are given a flag. */
    enum To {
        FRONT,
        WORKER,
        BOTH
    }

    /** An option that a process is given as {@code --name=value}, once for each argument. */
    record Flag(Key<List<String>> key, To to) {

        /** The flag without its value. */
        String text() {
            return "--" + key.name().replace('_', '-') + "=";
        }

        boolean goesTo(To part) {
            return to == To.BOTH || to == part;
        }
    }

    static final Key<String> PYTHON =
            Key.of("python", Types.STRING, "an interpreter, or the folder of a virtual environment");
    static final Key<Integer> WORKERS =
            Key.of("workers", ServerTypes.WORKERS, "1", "how many processes run the application");
    static final Key<Integer> WORKERS_MIN = Key.of(
            "workers_min",
            ServerTypes.number(1, 1000),
            "with workers_max: the number follows the load, not below this");
    static final Key<Integer> WORKERS_MAX =
            Key.of("workers_max", ServerTypes.number(1, 1000), "with workers_min: and not above this");
    static final Key<Integer> TIMEOUT = Key.of(
            "timeout", ServerTypes.number(0, DAY), "30", "seconds without a sign of life, then a worker is replaced");
    static final Key<String> BIND =
            Key.of("bind", Types.STRING, "127.0.0.1:8000", "where it listens: " + BindText.ALLOWED);
    static final Key<Boolean> REUSE_PORT = Key.of("reuse_port", Types.BOOLEAN, "false", "share the port with others");
    static final Key<String> KEYFILE_PASSWORD = Key.of("keyfile_password", Types.STRING, "password of keyfile");
    static final Key<Boolean> EXIT_ON_BOOT_FAILURE = Key.of(
            "boot_failure",
            new ValueType<>("retry or exit", (text, host) -> word(text, "exit", "retry")),
            "retry",
            "whether an application that cannot be loaded at first ends the daemon");

    static final Key<Boolean> PRELOAD_APP = Key.of(
            "preload_app",
            Types.BOOLEAN,
            "false",
            "the application is loaded once, workers are forked from that process");

    static final Key<List<String>> APP = Key.of("app", ServerTypes.APP, "the application");
    static final Key<List<String>> APP_DIR = Key.of("app_dir", PATH, "put first on sys.path");
    static final Key<List<String>> GRACEFUL_TIMEOUT =
            Key.of("graceful_timeout", seconds(0, DAY), "30", "seconds in which requests may finish");
    static final Key<List<String>> SHUTDOWN_TIMEOUT =
            Key.of("shutdown_timeout", seconds(0, DAY), "10", "seconds for the application's own shutdown");
    static final Key<List<String>> CERTFILE = Key.of("certfile", PATH, "certificate chain, PEM");
    static final Key<List<String>> KEYFILE = Key.of("keyfile", PATH, "private key, PEM");
    static final Key<List<String>> CA_CERTS = Key.of("ca_certs", PATH, "who may sign clients' certificates, PEM");
    static final Key<List<String>> LOG_CONFIG = Key.of("log_config", PATH, "Python's logging configuration");
    static final Key<List<String>> ACCESS_LOG = Key.of("access_log", TEXT, "file, - for stdout, empty for none");

    static final Key<List<String>> RELOAD = Key.of("reload", BOOLEAN, "a changed file restarts the workers");

    static final List<Flag> FLAGS = List.of(
            worker(APP),
            worker("interface", "which kind of application it is", choice("auto", "asgi3", "asgi2", "wsgi")),
            worker("factory", "app is called without arguments to make the application", BOOLEAN),
            worker(APP_DIR),
            worker("pythonpath", "put before app_dir", LIST),
            worker("threads", "WSGI requests at once per worker", integer(1, 10_000)),
            worker("loop", "event loop of the workers", ServerTypes.LOOP),
            worker("lifespan", "whether the application has startup and shutdown", choice("auto", "on", "off")),
            front("root_path", "where the application is mounted", TEXT),
            front("root_path_in_path", "root_path is put before the path", BOOLEAN),
            both(
                    "personality",
                    "whose log lines, error bodies and exit codes",
                    choice("corral", "gunicorn", "uvicorn")),
            both(
                    "log_level",
                    "least level that is logged",
                    choice("critical", "error", "warning", "info", "debug", "trace")),
            worker(LOG_CONFIG),
            both("use_colors", "colours in log lines", choice("auto", "true", "false")),
            worker("reset_contextvars", "a fresh context for each request", BOOLEAN),
            new Flag(GRACEFUL_TIMEOUT, To.BOTH),
            worker(SHUTDOWN_TIMEOUT),
            worker(
                    "disconnect_grace",
                    "seconds until the task of a client that left is cancelled; -1 never",
                    seconds(-1, DAY)),
            front("max_requests", "requests after which a worker is replaced; 0 never", integer(0, ANY)),
            front("max_requests_jitter", "up to so many requests more", integer(0, ANY)),
            front("worker_connections", "requests at once per worker; 0 no limit", integer(0, ANY)),
            front("event_loops", "threads of the front", ServerTypes.EVENT_LOOPS),
            front("keepalive", "seconds for which idle connections are kept", seconds(0, DAY)),
            front("header_timeout", "seconds for a request head to arrive", seconds(0, DAY)),
            front("body_timeout", "seconds between two parts of a request body", seconds(0, DAY)),
            front("send_timeout", "seconds for which a client may take nothing", seconds(0, DAY)),
            front("request_timeout", "seconds for a whole request; 0 no limit", seconds(0, DAY)),
            front("limit_request_line", "bytes of a request line; 0 no limit", bytes(ANY)),
            front("limit_request_fields", "headers of a request", integer(0, 32_768)),
            front("limit_request_field_size", "bytes of one header", bytes(ANY)),
            front("limit_request_head", "bytes of a request head", bytes(ANY)),
            front("limit_request_body", "bytes of a request body; 0 no limit", bytes(Long.MAX_VALUE)),
            front("limit_concurrency", "requests in flight beyond which clients get 503; 0 no limit", integer(0, ANY)),
            front("limit_connections", "connections beyond which clients wait; 0 no limit", integer(0, ANY)),
            front("queue", "requests that may wait for a worker", integer(0, ANY)),
            front("queue_timeout", "seconds for which they wait", seconds(0, DAY)),
            front(CERTFILE),
            front(KEYFILE),
            front(CA_CERTS),
            front("cert_reqs", "whether clients need a certificate", ServerTypes.CERT_REQS),
            front("ciphers", "OpenSSL's list of ciphers", TEXT),
            front("tls_minimum", "oldest version of TLS", choice("1.2", "1.3")),
            front("sni_cert", "further certificates by server name", ServerTypes.SNI_CERTS),
            front("tls_provider", "who does TLS", choice("auto", "openssl", "jdk")),
            front(ACCESS_LOG),
            front("access_log_format", "atoms as Gunicorn's, or combined, uvicorn, json", TEXT),
            front("statsd_host", "HOST:PORT or unix://PATH of a statsd", TEXT),
            front("statsd_prefix", "put before the names of metrics", TEXT),
            front("dogstatsd_tags", "tags of metrics", TEXT),
            front("proxy_protocol", "whether connections begin with a PROXY header", choice("off", "v1", "v2", "auto")),
            front("proxy_allow_ips", "who may send it", LIST),
            front("forwarded_allow_ips", "whose forwarded headers are believed", LIST),
            front("proxy_headers", "which forwarded headers are read", choice("off", "scheme", "uvicorn", "forwarded")),
            front("secure_scheme_headers", "headers that say that the client used https", HEADERS),
            front("forwarder_headers", "headers with _ that a trusted proxy may send", LIST),
            front("header_map", "what happens to other headers with _", choice("drop", "refuse", "dangerous")),
            front("server_header", "send server: corral", BOOLEAN),
            front("date_header", "send the date", BOOLEAN),
            front("headers", "added to every response", HEADERS),
            front("strict_target", "refuse raw 8-bit bytes in a request target", BOOLEAN),
            front("permit_obsolete_folding", "take folded headers", BOOLEAN),
            front("strip_header_spaces", "take blanks before the colon of a header", BOOLEAN),
            front("permit_unconventional_http_method", "take any method", BOOLEAN),
            front("permit_unconventional_http_version", "take any version", BOOLEAN),
            front("casefold_http_method", "make methods upper case", BOOLEAN),
            front("websocket", "serve WebSockets", BOOLEAN),
            front("ws_max_size", "bytes of a WebSocket message", bytes(ANY)),
            front("ws_max_queue", "WebSocket messages that may wait for the application", integer(1, ANY)),
            front("ws_ping_interval", "seconds between pings; 0 none", seconds(0, DAY)),
            front("ws_ping_timeout", "seconds for an answer; 0 no limit", seconds(0, DAY)),
            front("ws_per_message_deflate", "compress WebSocket messages", BOOLEAN),
            new Flag(RELOAD, To.BOTH),
            front("reload_dirs", "folders that are watched", LIST),
            front("reload_includes", "patterns of names that are watched", LIST),
            front("reload_excludes", "patterns of names that are not", LIST),
            front("reload_extra_files", "further files that are watched", LIST),
            front("reload_delay", "seconds between two looks", seconds(0, DAY)));

    private static final Set<Key<?>> NOT_OF_SERVERS = Set.of(
            ProgramKeys.COMMAND,
            ProgramKeys.NUMPROCS,
            ProgramKeys.NUMPROCS_START,
            ProgramKeys.PROCESS_NAME,
            AdditionKeys.SOCKET);

    static final KeyTable TABLE = table();

    private ServerKeys() {}

    private static KeyTable table() {
        List<Key<?>> keys = new ArrayList<>();
        FLAGS.forEach(flag -> keys.add(flag.key()));
        keys.addAll(List.of(
                PYTHON,
                WORKERS,
                WORKERS_MIN,
                WORKERS_MAX,
                TIMEOUT,
                BIND,
                REUSE_PORT,
                KEYFILE_PASSWORD,
                EXIT_ON_BOOT_FAILURE,
                PRELOAD_APP));
        ProgramKeys.TABLE.keys().stream()
                .filter(key -> !NOT_OF_SERVERS.contains(key))
                .forEach(keys::add);
        return new KeyTable("server:x", List.copyOf(keys));
    }

    /** Whether it is the first of two words. */
    static boolean word(String text, String yes, String no) throws BadValueException {
        if (!text.equals(yes) && !text.equals(no)) {
            throw new BadValueException("'" + text + "' is not one of the known words");
        }
        return text.equals(yes);
    }

    private static Flag front(String name, String help, ValueType<List<String>> type) {
        return new Flag(Key.of(name, type, help), To.FRONT);
    }

    private static Flag worker(String name, String help, ValueType<List<String>> type) {
        return new Flag(Key.of(name, type, help), To.WORKER);
    }

    private static Flag both(String name, String help, ValueType<List<String>> type) {
        return new Flag(Key.of(name, type, help), To.BOTH);
    }

    private static Flag front(Key<List<String>> key) {
        return new Flag(key, To.FRONT);
    }

    private static Flag worker(Key<List<String>> key) {
        return new Flag(key, To.WORKER);
    }
}
