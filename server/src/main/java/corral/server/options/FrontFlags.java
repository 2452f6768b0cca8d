package corral.server.options;

import static corral.server.options.FlagTypes.BOOL;
import static corral.server.options.FlagTypes.TEXT;
import static corral.server.options.FlagTypes.seconds;
import static corral.server.options.FlagTypes.whole;
import static corral.server.options.FlagTypes.word;

import corral.server.options.HttpOptions.HeaderMap;
import corral.server.options.HttpOptions.NameValue;
import corral.server.options.ProxyOptions.Headers;
import corral.server.options.ProxyOptions.Protocol;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The front's options, those of OPTIONS.md with an F: parsing, checks, suggestions and the help come from this table. */
final class FrontFlags {
    private static final long DAY = 86_400;
    private static final long INT = Integer.MAX_VALUE;

    /** {@code auto}, {@code true} or {@code false}. */
    enum Choice {
        AUTO,
        TRUE,
        FALSE
    }

    /** Versions of TLS. */
    enum TlsVersion {
        TLS12,
        TLS13
    }

    private static final FlagType<TlsVersion> TLS_VERSION = FlagTypes.one("1.2 or 1.3", FrontFlags::tlsVersion);

    /** 0 stands for auto. */
    private static final FlagType<Integer> EVENT_LOOPS = FlagTypes.one("auto or 1-64", FrontFlags::eventLoops);

    static final Flag<List<Integer>> BIND = new Flag<>("bind", FieldTypes.SOCKETS, "", "listening sockets");
    static final Flag<Integer> WORKER_SOCKET =
            new Flag<>("worker-socket", FieldTypes.SOCKET, "", "listening Unix socket that workers connect to");
    static final Flag<Integer> LOOPS =
            new Flag<>("event-loops", EVENT_LOOPS, "auto", "threads; auto: half the CPUs, 1-4");
    static final Flag<Personality> PERSONALITY =
            new Flag<>("personality", word(Personality.class), "corral", "habits of log lines, errors and exit codes");
    static final Flag<LogLevel> LOG_LEVEL = new Flag<>("log-level", word(LogLevel.class), "info", "how much is logged");
    static final Flag<Choice> USE_COLORS =
            new Flag<>("use-colors", word(Choice.class), "auto", "colours in logs; auto: on terminals");

    static final Flag<String> ROOT_PATH = new Flag<>("root-path", TEXT, "", "root_path of the scope");
    static final Flag<Boolean> ROOT_PATH_IN_PATH =
            new Flag<>("root-path-in-path", BOOL, "false", "put root_path before path and raw_path");
    static final Flag<Boolean> SERVER_HEADER = new Flag<>("server-header", BOOL, "true", "send server: corral");
    static final Flag<Boolean> DATE_HEADER = new Flag<>("date-header", BOOL, "true", "send the date");
    static final Flag<List<NameValue>> HEADERS =
            new Flag<>("headers", FieldTypes.HEADERS, "", "added to every response");
    static final Flag<Boolean> STRICT_TARGET =
            new Flag<>("strict-target", BOOL, "true", "refuse raw 8-bit bytes in a target");
    static final Flag<Boolean> OBSOLETE_FOLDING =
            new Flag<>("permit-obsolete-folding", BOOL, "false", "join folded headers");
    static final Flag<Boolean> STRIP_HEADER_SPACES =
            new Flag<>("strip-header-spaces", BOOL, "false", "allow spaces before the colon of a header");
    static final Flag<Boolean> UNCONVENTIONAL_METHOD =
            new Flag<>("permit-unconventional-http-method", BOOL, "false", "allow odd methods");
    static final Flag<Boolean> UNCONVENTIONAL_VERSION =
            new Flag<>("permit-unconventional-http-version", BOOL, "false", "allow versions other than HTTP/1.x");
    static final Flag<Boolean> CASEFOLD_METHOD =
            new Flag<>("casefold-http-method", BOOL, "false", "make methods upper-case");
    static final Flag<HeaderMap> HEADER_MAP =
            new Flag<>("header-map", word(HeaderMap.class), "dangerous", "request headers with _ in their name");

    static final Flag<Long> LIMIT_LINE =
            new Flag<>("limit-request-line", whole(0, INT), "8190", "bytes of a request line, else 414");
    static final Flag<Long> LIMIT_FIELDS =
            new Flag<>("limit-request-fields", whole(0, 32_768), "100", "header lines, else 431");
    static final Flag<Long> LIMIT_FIELD_SIZE =
            new Flag<>("limit-request-field-size", whole(0, INT), "8190", "bytes of a header line, else 431");
    static final Flag<Long> LIMIT_HEAD =
            new Flag<>("limit-request-head", whole(0, INT), "65536", "bytes of a head, else 431");
    static final Flag<Long> LIMIT_BODY =
            new Flag<>("limit-request-body", whole(0, Long.MAX_VALUE), "0", "bytes of a body, else 413; 0: no limit");
    static final Flag<Long> LIMIT_CONCURRENCY =
            new Flag<>("limit-concurrency", whole(0, INT), "0", "requests in flight, else 503; 0: no limit");
    static final Flag<Long> LIMIT_CONNECTIONS =
            new Flag<>("limit-connections", whole(0, INT), "0", "open connections; 0: no limit");

    static final Flag<Long> KEEPALIVE = new Flag<>("keepalive", seconds(DAY), "5", "idle connections; 0: none is kept");
    static final Flag<Long> HEADER_TIMEOUT =
            new Flag<>("header-timeout", seconds(DAY), "10", "for a request's head, else 408");
    static final Flag<Long> BODY_TIMEOUT =
            new Flag<>("body-timeout", seconds(DAY), "30", "between parts of a body, else 408");
    static final Flag<Long> SEND_TIMEOUT =
            new Flag<>("send-timeout", seconds(DAY), "60", "a client that takes nothing is cut");
    static final Flag<Long> REQUEST_TIMEOUT =
            new Flag<>("request-timeout", seconds(DAY), "0", "for a response to begin, else 504; 0: no limit");
    static final Flag<Long> GRACEFUL_TIMEOUT =
            new Flag<>("graceful-timeout", seconds(DAY), "30", "for what runs at a stop");

    static final Flag<Long> QUEUE = new Flag<>("queue", whole(0, INT), "1024", "requests that wait for a worker");
    static final Flag<Long> QUEUE_TIMEOUT = new Flag<>("queue-timeout", seconds(DAY), "30", "for a worker, else 503");
    static final Flag<Long> WORKER_CONNECTIONS =
            new Flag<>("worker-connections", whole(0, INT), "0", "requests at once per worker; 0: no limit");
    static final Flag<Long> MAX_REQUESTS =
            new Flag<>("max-requests", whole(0, INT), "0", "then a worker is replaced; 0: never");
    static final Flag<Long> MAX_REQUESTS_JITTER =
            new Flag<>("max-requests-jitter", whole(0, INT), "0", "up to so many are added, at random");

    static final Flag<String> CERTFILE = new Flag<>("certfile", TEXT, "", "PEM; switches TLS on");
    static final Flag<String> KEYFILE = new Flag<>("keyfile", TEXT, "", "PEM; if not given the key is in certfile");
    static final Flag<String> CA_CERTS = new Flag<>("ca-certs", TEXT, "", "PEM; whose client certificates are good");
    static final Flag<ClientCertificates> CERT_REQS =
            new Flag<>("cert-reqs", FieldTypes.CLIENT_CERTIFICATES, "none", "client certificates");
    static final Flag<String> CIPHERS = new Flag<>("ciphers", TEXT, "", "OpenSSL's cipher list");
    static final Flag<TlsVersion> TLS_MINIMUM = new Flag<>("tls-minimum", TLS_VERSION, "1.2", "oldest TLS version");
    static final Flag<List<SniCertificate>> SNI_CERT =
            new Flag<>("sni-cert", FieldTypes.SNI_CERTIFICATES, "", "further certificates by server name");
    static final Flag<TlsOptions.Provider> TLS_PROVIDER =
            new Flag<>("tls-provider", word(TlsOptions.Provider.class), "auto", "implementation; auto prefers openssl");

    static final Flag<String> ACCESS_LOG = new Flag<>("access-log", TEXT, "", "path, or - for stdout");
    static final Flag<String> ACCESS_LOG_FORMAT =
            new Flag<>("access-log-format", TEXT, "combined", "gunicorn's atoms, or combined, uvicorn, json");
    static final Flag<String> STATSD_HOST =
            new Flag<>("statsd-host", TEXT, "", "HOST:PORT or unix://PATH that metrics are sent to");
    static final Flag<String> STATSD_PREFIX = new Flag<>("statsd-prefix", TEXT, "", "put before metric names");
    static final Flag<String> DOGSTATSD_TAGS = new Flag<>("dogstatsd-tags", TEXT, "", "added to metrics");

    static final Flag<Protocol> PROXY_PROTOCOL =
            new Flag<>("proxy-protocol", word(Protocol.class), "off", "connections begin with a PROXY header");
    static final Flag<List<String>> PROXY_ALLOW_IPS =
            new Flag<>("proxy-allow-ips", FieldTypes.ADDRESSES, "127.0.0.1,::1", "who may send PROXY headers");
    static final Flag<List<String>> FORWARDED_ALLOW_IPS =
            new Flag<>("forwarded-allow-ips", FieldTypes.ADDRESSES, "127.0.0.1,::1", "whose forwarded headers count");
    static final Flag<Headers> PROXY_HEADERS =
            new Flag<>("proxy-headers", word(Headers.class), "uvicorn", "which forwarded headers are read");
    static final Flag<List<NameValue>> SECURE_SCHEME_HEADERS =
            new Flag<>("secure-scheme-headers", FieldTypes.LOWER_HEADERS, "", "headers that mean https");
    static final Flag<List<String>> FORWARDER_HEADERS = new Flag<>(
            "forwarder-headers", FieldTypes.NAMES, "SCRIPT_NAME,PATH_INFO", "names with _ that trusted peers may send");

    static final Flag<Boolean> WEBSOCKET = new Flag<>("websocket", BOOL, "true", "WebSockets");
    static final Flag<Long> WS_MAX_SIZE =
            new Flag<>("ws-max-size", whole(1, 1 << 30), "16777216", "bytes of a message, inflated");
    static final Flag<Long> WS_MAX_QUEUE =
            new Flag<>("ws-max-queue", whole(1, INT), "32", "messages that wait for the app");
    static final Flag<Long> WS_PING_INTERVAL =
            new Flag<>("ws-ping-interval", seconds(DAY), "20", "between pings; 0: none");
    static final Flag<Long> WS_PING_TIMEOUT =
            new Flag<>("ws-ping-timeout", seconds(DAY), "20", "for their answer; 0: none");
    static final Flag<Boolean> WS_DEFLATE =
            new Flag<>("ws-per-message-deflate", BOOL, "true", "compression of messages");

    static final Flag<Boolean> RELOAD = new Flag<>("reload", BOOL, "false", "a changed file restarts the workers");
    static final Flag<List<Path>> RELOAD_DIRS = new Flag<>("reload-dirs", FieldTypes.PATHS, ".", "watched folders");
    static final Flag<List<String>> RELOAD_INCLUDES =
            new Flag<>("reload-includes", FieldTypes.GLOBS, "*.py", "watched files");
    static final Flag<List<String>> RELOAD_EXCLUDES =
            new Flag<>("reload-excludes", FieldTypes.GLOBS, ".*,.py[cod],.sw.*,~*", "files that are not watched");
    static final Flag<List<String>> RELOAD_EXTRA_FILES =
            new Flag<>("reload-extra-files", FieldTypes.FILES, "", "further watched files");
    static final Flag<Long> RELOAD_DELAY = new Flag<>("reload-delay", seconds(DAY), "0.25", "between looks");

    /** All of them, in the order of the help. */
    static final List<Flag<?>> ALL = List.of(
            BIND,
            WORKER_SOCKET,
            LOOPS,
            PERSONALITY,
            LOG_LEVEL,
            USE_COLORS,
            ROOT_PATH,
            ROOT_PATH_IN_PATH,
            SERVER_HEADER,
            DATE_HEADER,
            HEADERS,
            STRICT_TARGET,
            OBSOLETE_FOLDING,
            STRIP_HEADER_SPACES,
            UNCONVENTIONAL_METHOD,
            UNCONVENTIONAL_VERSION,
            CASEFOLD_METHOD,
            HEADER_MAP,
            LIMIT_LINE,
            LIMIT_FIELDS,
            LIMIT_FIELD_SIZE,
            LIMIT_HEAD,
            LIMIT_BODY,
            LIMIT_CONCURRENCY,
            LIMIT_CONNECTIONS,
            KEEPALIVE,
            HEADER_TIMEOUT,
            BODY_TIMEOUT,
            SEND_TIMEOUT,
            REQUEST_TIMEOUT,
            GRACEFUL_TIMEOUT,
            QUEUE,
            QUEUE_TIMEOUT,
            WORKER_CONNECTIONS,
            MAX_REQUESTS,
            MAX_REQUESTS_JITTER,
            CERTFILE,
            KEYFILE,
            CA_CERTS,
            CERT_REQS,
            CIPHERS,
            TLS_MINIMUM,
            SNI_CERT,
            TLS_PROVIDER,
            ACCESS_LOG,
            ACCESS_LOG_FORMAT,
            STATSD_HOST,
            STATSD_PREFIX,
            DOGSTATSD_TAGS,
            PROXY_PROTOCOL,
            PROXY_ALLOW_IPS,
            FORWARDED_ALLOW_IPS,
            PROXY_HEADERS,
            SECURE_SCHEME_HEADERS,
            FORWARDER_HEADERS,
            WEBSOCKET,
            WS_MAX_SIZE,
            WS_MAX_QUEUE,
            WS_PING_INTERVAL,
            WS_PING_TIMEOUT,
            WS_DEFLATE,
            RELOAD,
            RELOAD_DIRS,
            RELOAD_INCLUDES,
            RELOAD_EXCLUDES,
            RELOAD_EXTRA_FILES,
            RELOAD_DELAY);

    private FrontFlags() {}

    /** The help's text. */
    static String help() {
        StringBuilder text = new StringBuilder("""
                usage: corral-server --bind=fd://N --worker-socket=fd://N [--name=value ...]

                The HTTP front of a server; corrald starts it. Options with several elements are repeated.
                The environment's CORRAL_KEYFILE_PASSWORD is the password of encrypted keys.

                """);
        for (Flag<?> flag : ALL) {
            text.append("  --").append(flag.name()).append("=...\n        ").append(flag.help());
            text.append(" (").append(flag.type().allowed());
            if (!flag.fallback().isEmpty()) {
                text.append("; default ").append(flag.fallback());
            }
            text.append(")\n");
        }
        return text.toString();
    }

    private static Optional<TlsVersion> tlsVersion(String text) {
        return switch (text) {
            case "1.2" -> Optional.of(TlsVersion.TLS12);
            case "1.3" -> Optional.of(TlsVersion.TLS13);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> eventLoops(String text) {
        if (text.equals("auto")) {
            return Optional.of(0);
        }
        return FlagTypes.number(text).filter(value -> value >= 1 && value <= 64).map(Long::intValue);
    }
}
