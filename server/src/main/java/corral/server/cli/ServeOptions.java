package corral.server.cli;

import static corral.server.cli.ServeOption.choice;
import static corral.server.cli.ServeOption.number;
import static corral.server.cli.ServeOption.of;

import corral.server.cli.ServeOption.Kind;
import java.util.List;
import java.util.stream.Stream;

/** The table of {@code corral serve}'s options, in the order of its help: OPTIONS.md describes each in full. */
final class ServeOptions {
    private static final int DAY = 86_400;
    private static final int ANY = Integer.MAX_VALUE;

    private static final List<ServeOption> APPLICATION = List.of(
            choice("interface", "auto asgi3 asgi2 wsgi", "what the application is [auto]"),
            of("factory", Kind.BOOLEAN, "it is called to make the application"),
            of("directory", Kind.PATH, "working directory of the workers [this one]"),
            of("app_dir", Kind.PATH, "put first on sys.path [directory]"),
            of("pythonpath", Kind.PATHS, "put before that"),
            of("python", Kind.TEXT, "interpreter or virtual environment [$VIRTUAL_ENV, python3]"),
            number("workers", Kind.INTEGER_OR_AUTO, 0, 1000, "worker processes; auto: 2 x CPUs + 1 [1]"),
            number("threads", Kind.INTEGER, 1, 10_000, "WSGI requests at once per worker [1]"),
            of("loop", Kind.TEXT, "auto, asyncio, uvloop or module:factory [auto]"),
            choice("lifespan", "auto on off", "lifespan events [auto]"),
            of("root_path", Kind.TEXT, "path under which the application is mounted"),
            of("root_path_in_path", Kind.BOOLEAN, "root_path is put before path, as uvicorn does"),
            choice("personality", "corral gunicorn uvicorn", "whose log lines, error pages and exit codes [corral]"),
            choice("log_level", "critical error warning info debug trace", "least level that is logged [info]"),
            of("log_config", Kind.PATH, "Python's logging configuration"),
            choice("use_colors", "auto true false", "coloured logs [auto]"),
            of("reset_contextvars", Kind.BOOLEAN, "a fresh context for each request"));

    private static final List<ServeOption> TIMES = List.of(
            number("graceful_timeout", Kind.SECONDS, 0, DAY, "in which running requests may finish [30]"),
            number("shutdown_timeout", Kind.SECONDS, 0, DAY, "for the lifespan's shutdown [10]"),
            number("timeout", Kind.INTEGER, 0, DAY, "seconds of silence until a worker is replaced, 0: never [30]"),
            number(
                    "disconnect_grace",
                    Kind.SECONDS,
                    -1,
                    DAY,
                    "until the task of a client that left is cancelled [-1: never]"),
            number("max_requests", Kind.INTEGER, 0, ANY, "until a worker is replaced [0: never]"),
            number("max_requests_jitter", Kind.INTEGER, 0, ANY, "random addition to it [0]"),
            number("worker_connections", Kind.INTEGER, 0, ANY, "requests at once per worker [0: no limit]"),
            number("keepalive", Kind.SECONDS, 0, DAY, "that an idle connection is kept [5]"),
            number("header_timeout", Kind.SECONDS, 0, DAY, "in which a request's head must arrive [10]"),
            number("body_timeout", Kind.SECONDS, 0, DAY, "between two parts of a body [30]"),
            number("send_timeout", Kind.SECONDS, 0, DAY, "that a client may take nothing [60]"),
            number("request_timeout", Kind.SECONDS, 0, DAY, "for the application's answer [0: no limit]"));

    private static final List<ServeOption> LISTENING = List.of(
            of("bind", Kind.LIST, "HOST:PORT, [v6]:PORT, unix:PATH or fd://N [127.0.0.1:8000]"),
            of("host", Kind.TEXT, "address to listen on, with --port instead of --bind"),
            number("port", Kind.INTEGER, 0, 65535, "port to listen on, with --host instead of --bind"),
            number("backlog", Kind.INTEGER, 1, 65535, "connections that may wait [2048]"),
            of("reuse_port", Kind.BOOLEAN, "set SO_REUSEPORT"),
            of("socket_mode", Kind.TEXT, "permissions of Unix sockets, octal [0777]"),
            of("socket_owner", Kind.TEXT, "user or user:group of Unix sockets"),
            number("event_loops", Kind.INTEGER_OR_AUTO, 1, 64, "threads of the front [auto]"));

    private static final List<ServeOption> LIMITS = List.of(
            of("limit_request_line", Kind.SIZE, "bytes of a request line, else 414 [8190]"),
            number("limit_request_fields", Kind.INTEGER, 0, 32768, "header fields, else 431 [100]"),
            of("limit_request_field_size", Kind.SIZE, "bytes of a header field, else 431 [8190]"),
            of("limit_request_head", Kind.SIZE, "bytes of a head, else 431 [65536]"),
            of("limit_request_body", Kind.SIZE, "bytes of a body, else 413 [0: no limit]"),
            number("limit_concurrency", Kind.INTEGER, 0, ANY, "requests in flight, else 503 [0: no limit]"),
            number("limit_connections", Kind.INTEGER, 0, ANY, "connections, others wait [0: no limit]"),
            number("queue", Kind.INTEGER, 0, ANY, "requests that wait for a worker [1024]"),
            number("queue_timeout", Kind.SECONDS, 0, DAY, "that they wait, then 503 [30]"));

    private static final List<ServeOption> TLS = List.of(
            of("certfile", Kind.PATH, "certificate chain, PEM"),
            of("keyfile", Kind.PATH, "key, PEM"),
            of("keyfile_password", Kind.TEXT, "its password"),
            of("ca_certs", Kind.PATH, "authorities of the clients"),
            choice("cert_reqs", "0 1 2 none optional required", "client certificates [none]"),
            of("ciphers", Kind.TEXT, "OpenSSL's list"),
            choice("tls_minimum", "1.2 1.3", "oldest version of TLS [1.2]"),
            of("sni_cert", Kind.LIST, "HOST=CERTFILE:KEYFILE, further certificates by server name"),
            choice("tls_provider", "auto openssl jdk", "who does the cryptography [auto]"));

    private static final List<ServeOption> LOGS_AND_PROXIES = List.of(
            of("access_log", Kind.LOG, "file, - for stdout, empty for none [-]"),
            of("access_log_format", Kind.TEXT, "gunicorn's atoms, combined, uvicorn or json [combined]"),
            of("statsd_host", Kind.TEXT, "HOST:PORT or unix://PATH"),
            of("statsd_prefix", Kind.TEXT, "prefix of the metrics"),
            of("dogstatsd_tags", Kind.TEXT, "tags of the metrics"),
            choice("proxy_protocol", "off v1 v2 auto", "HAProxy's PROXY protocol [off]"),
            of("proxy_allow_ips", Kind.LIST, "who may send it [127.0.0.1,::1]"),
            of("forwarded_allow_ips", Kind.LIST, "trusted proxies: addresses, networks, *, unix [127.0.0.1,::1]"),
            choice("proxy_headers", "off scheme uvicorn forwarded", "which headers of theirs count [uvicorn]"),
            of("secure_scheme_headers", Kind.HEADERS, "headers that mean https"),
            of("forwarder_headers", Kind.LIST, "names with _ that proxies may send [SCRIPT_NAME,PATH_INFO]"),
            choice("header_map", "drop refuse dangerous", "what is done to names with _ [dangerous]"),
            of("server_header", Kind.BOOLEAN, "send a Server header [true]"),
            of("date_header", Kind.BOOLEAN, "send a Date header [true]"),
            of("headers", Kind.HEADERS, "added to every response"),
            of("strict_target", Kind.BOOLEAN, "refuse raw 8-bit bytes in targets [true]"),
            of("permit_obsolete_folding", Kind.BOOLEAN, "gunicorn's leniency"),
            of("strip_header_spaces", Kind.BOOLEAN, "gunicorn's leniency"),
            of("permit_unconventional_http_method", Kind.BOOLEAN, "gunicorn's leniency"),
            of("permit_unconventional_http_version", Kind.BOOLEAN, "gunicorn's leniency"),
            of("casefold_http_method", Kind.BOOLEAN, "gunicorn's leniency"));

    private static final List<ServeOption> WEBSOCKET = List.of(
            of("websocket", Kind.BOOLEAN, "accept WebSockets [true]"),
            of("ws_max_size", Kind.SIZE, "bytes of a message [16MB]"),
            number("ws_max_queue", Kind.INTEGER, 1, ANY, "messages that may wait [32]"),
            number("ws_ping_interval", Kind.SECONDS, 0, DAY, "between pings, 0: none [20]"),
            number("ws_ping_timeout", Kind.SECONDS, 0, DAY, "to answer one, 0: any [20]"),
            of("ws_per_message_deflate", Kind.BOOLEAN, "offer compression [true]"));

    private static final List<ServeOption> RELOADING = List.of(
            of("reload", Kind.BOOLEAN, "restart the workers when files change"),
            of("reload_dirs", Kind.PATHS, "directories to watch [directory]"),
            of("reload_includes", Kind.LIST, "globs of files to watch [*.py]"),
            of("reload_excludes", Kind.LIST, "globs of files not to watch [.*,.py[cod],.sw.*,~*]"),
            of("reload_extra_files", Kind.PATHS, "further files"),
            number("reload_delay", Kind.SECONDS, 0, DAY, "in which changes are collected [0.25]"));

    private static final List<ServeOption> PROCESSES = List.of(
            of("user", Kind.TEXT, "user to run as"),
            of("environment", Kind.VARIABLES, "variables beside those of the terminal"),
            of("umask", Kind.TEXT, "octal"),
            of("stdout_logfile", Kind.LOG, "where stdout goes [the terminal]"),
            of("stderr_logfile", Kind.LOG, "where stderr goes [the terminal]"),
            of("stdout_logfile_maxbytes", Kind.SIZE, "size at which it is rotated"),
            of("stderr_logfile_maxbytes", Kind.SIZE, "size at which it is rotated"),
            of("stdout_logfile_backups", Kind.INTEGER, "rotated files kept"),
            of("stderr_logfile_backups", Kind.INTEGER, "rotated files kept"),
            of("stdout_syslog", Kind.BOOLEAN, "each line to syslog, too"),
            of("stderr_syslog", Kind.BOOLEAN, "each line to syslog, too"),
            of("redirect_stderr", Kind.BOOLEAN, "stderr goes where stdout goes"),
            of("priority", Kind.INTEGER, "lower starts first [999]"),
            of("autostart", Kind.BOOLEAN, "start with the daemon [true]"),
            choice("autorestart", "true false unexpected", "whether an exit leads to a new start"),
            of("startsecs", Kind.INTEGER, "seconds up until it counts as RUNNING"),
            of("startretries", Kind.INTEGER, "further attempts after a failed start"),
            of("exitcodes", Kind.LIST, "statuses that are expected"),
            of("stopsignal", Kind.TEXT, "signal that asks it to stop [TERM]"),
            of("stopwaitsecs", Kind.INTEGER, "seconds until SIGKILL follows"),
            of("stopasgroup", Kind.BOOLEAN, "stop signal to the whole process group"),
            of("killasgroup", Kind.BOOLEAN, "SIGKILL to the whole process group"),
            of("serverurl", Kind.TEXT, "SUPERVISOR_SERVER_URL of the processes"));

    /** A part of the help. */
    record Part(String title, List<ServeOption> options) {}

    static final List<Part> PARTS = List.of(
            new Part("Application and workers", APPLICATION),
            new Part("Listening", LISTENING),
            new Part("Times and recycling", TIMES),
            new Part("Limits", LIMITS),
            new Part("TLS", TLS),
            new Part("Logs, proxies, headers", LOGS_AND_PROXIES),
            new Part("WebSockets", WEBSOCKET),
            new Part("Reloading", RELOADING),
            new Part("Processes", PROCESSES));

    private ServeOptions() {}

    /** All options. */
    static Stream<ServeOption> all() {
        return PARTS.stream().flatMap(part -> part.options().stream());
    }
}
