package corral.server.cli;

import static corral.server.cli.ServeOption.choice;
import static corral.server.cli.ServeOption.number;
import static corral.server.cli.ServeOption.option;

import corral.server.cli.ServeOption.Kind;
import java.util.List;
import java.util.stream.Stream;

/** The table of {@code corral serve}'s options, in the order of its help: OPTIONS.md describes each in full. */
final class ServeOptions {
    private static final int DAY = 86_400;
    private static final int ANY = Integer.MAX_VALUE;

    private static final List<ServeOption> APPLICATION = List.of(
            choice("interface", "auto asgi3 asgi2 wsgi", "what the application is [auto]"),
            option("factory", Kind.BOOLEAN, "it is called to make the application"),
            option("directory", Kind.PATH, "working directory of the workers [this one]"),
            option("app_dir", Kind.PATH, "put first on sys.path [directory]"),
            option("pythonpath", Kind.PATHS, "put before that"),
            option("python", Kind.TEXT, "interpreter or virtual environment [$VIRTUAL_ENV, python3]"),
            number("workers", Kind.INTEGER_OR_AUTO, 0, 1000, "worker processes; auto: 2 x CPUs + 1 [1]"),
            number("workers_min", Kind.INTEGER, 1, 1000, "with --workers-max: their number follows the load"),
            number("workers_max", Kind.INTEGER, 1, 1000, "with --workers-min: the most that the load may ask for"),
            number("surge", Kind.INTEGER, 1, 100, "workers beyond their number while they are replaced [1]"),
            option("max_memory", Kind.TEXT, "resident memory at which a worker is replaced, as 300MB [no limit]"),
            option("preload_app", Kind.BOOLEAN, "the application is loaded once, workers are forked from that process"),
            number("threads", Kind.INTEGER, 1, 10_000, "WSGI requests at once per worker [1]"),
            option("loop", Kind.TEXT, "auto, asyncio, uvloop or module:factory [auto]"),
            choice("lifespan", "auto on off", "lifespan events [auto]"),
            option("root_path", Kind.TEXT, "path under which the application is mounted"),
            option("root_path_in_path", Kind.BOOLEAN, "root_path is put before path, as uvicorn does"),
            choice("personality", "corral gunicorn uvicorn", "whose log lines, error pages and exit codes [corral]"),
            choice("log_level", "critical error warning info debug trace", "least level that is logged [info]"),
            option("log_config", Kind.PATH, "Python's logging configuration"),
            choice("use_colors", "auto true false", "coloured logs [auto]"),
            option("reset_contextvars", Kind.BOOLEAN, "a fresh context for each request"));

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
            option("bind", Kind.LIST, "HOST:PORT, [v6]:PORT, unix:PATH or fd://N [127.0.0.1:8000]"),
            option("host", Kind.TEXT, "address to listen on, with --port instead of --bind"),
            number("port", Kind.INTEGER, 0, 65535, "port to listen on, with --host instead of --bind"),
            number("backlog", Kind.INTEGER, 1, 65535, "connections that may wait [2048]"),
            option("reuse_port", Kind.BOOLEAN, "set SO_REUSEPORT"),
            option("socket_mode", Kind.TEXT, "permissions of Unix sockets, octal [0777]"),
            option("socket_owner", Kind.TEXT, "user or user:group of Unix sockets"),
            number("event_loops", Kind.INTEGER_OR_AUTO, 1, 64, "threads of the front [auto]"));

    private static final List<ServeOption> LIMITS = List.of(
            option("limit_request_line", Kind.SIZE, "bytes of a request line, else 414 [8190]"),
            number("limit_request_fields", Kind.INTEGER, 0, 32768, "header fields, else 431 [100]"),
            option("limit_request_field_size", Kind.SIZE, "bytes of a header field, else 431 [8190]"),
            option("limit_request_head", Kind.SIZE, "bytes of a head, else 431 [65536]"),
            option("limit_request_body", Kind.SIZE, "bytes of a body, else 413 [0: no limit]"),
            number("limit_concurrency", Kind.INTEGER, 0, ANY, "requests in flight, else 503 [0: no limit]"),
            number("limit_connections", Kind.INTEGER, 0, ANY, "connections, others wait [0: no limit]"),
            number("queue", Kind.INTEGER, 0, ANY, "requests that wait for a worker [1024]"),
            number("queue_timeout", Kind.SECONDS, 0, DAY, "that they wait, then 503 [30]"));

    private static final List<ServeOption> TLS = List.of(
            option("certfile", Kind.PATH, "certificate chain, PEM"),
            option("keyfile", Kind.PATH, "key, PEM"),
            option("keyfile_password", Kind.TEXT, "its password"),
            option("ca_certs", Kind.PATH, "authorities of the clients"),
            choice("cert_reqs", "0 1 2 none optional required", "client certificates [none]"),
            option("ciphers", Kind.TEXT, "OpenSSL's list"),
            choice("tls_minimum", "1.2 1.3", "oldest version of TLS [1.2]"),
            option("sni_cert", Kind.LIST, "HOST=CERTFILE:KEYFILE, further certificates by server name"),
            choice("tls_provider", "auto openssl jdk", "who does the cryptography [auto]"));

    private static final List<ServeOption> LOGS_AND_PROXIES = List.of(
            option("access_log", Kind.LOG, "file, - for stdout, empty for none [-]"),
            option("access_log_format", Kind.TEXT, "gunicorn's atoms, combined, uvicorn or json [combined]"),
            option("statsd_host", Kind.TEXT, "HOST:PORT or unix://PATH"),
            option("statsd_prefix", Kind.TEXT, "prefix of the metrics"),
            option("dogstatsd_tags", Kind.TEXT, "tags of the metrics"),
            choice("proxy_protocol", "off v1 v2 auto", "HAProxy's PROXY protocol [off]"),
            option("proxy_allow_ips", Kind.LIST, "who may send it [127.0.0.1,::1]"),
            option("forwarded_allow_ips", Kind.LIST, "trusted proxies: addresses, networks, *, unix [127.0.0.1,::1]"),
            choice("proxy_headers", "off scheme uvicorn forwarded", "which headers of theirs count [uvicorn]"),
            option("secure_scheme_headers", Kind.HEADERS, "headers that mean https"),
            option("forwarder_headers", Kind.LIST, "names with _ that proxies may send [SCRIPT_NAME,PATH_INFO]"),
            choice("header_map", "drop refuse dangerous", "what is done to names with _ [dangerous]"),
            option("server_header", Kind.BOOLEAN, "send a Server header [true]"),
            option("date_header", Kind.BOOLEAN, "send a Date header [true]"),
            option("headers", Kind.HEADERS, "added to every response"),
            option("strict_target", Kind.BOOLEAN, "refuse raw 8-bit bytes in targets [true]"),
            option("permit_obsolete_folding", Kind.BOOLEAN, "gunicorn's leniency"),
            option("strip_header_spaces", Kind.BOOLEAN, "gunicorn's leniency"),
            option("permit_unconventional_http_method", Kind.BOOLEAN, "gunicorn's leniency"),
            option("permit_unconventional_http_version", Kind.BOOLEAN, "gunicorn's leniency"),
            option("casefold_http_method", Kind.BOOLEAN, "gunicorn's leniency"));

    private static final List<ServeOption> WEBSOCKET = List.of(
            option("websocket", Kind.BOOLEAN, "accept WebSockets [true]"),
            option("ws_max_size", Kind.SIZE, "bytes of a message [16MB]"),
            number("ws_max_queue", Kind.INTEGER, 1, ANY, "messages that may wait [32]"),
            number("ws_ping_interval", Kind.SECONDS, 0, DAY, "between pings, 0: none [20]"),
            number("ws_ping_timeout", Kind.SECONDS, 0, DAY, "to answer one, 0: any [20]"),
            option("ws_per_message_deflate", Kind.BOOLEAN, "offer compression [true]"));

    private static final List<ServeOption> RELOADING = List.of(
            option("reload", Kind.BOOLEAN, "restart the workers when files change"),
            option("reload_dirs", Kind.PATHS, "directories to watch [directory]"),
            option("reload_includes", Kind.LIST, "globs of files to watch [*.py]"),
            option("reload_excludes", Kind.LIST, "globs of files not to watch [.*,.py[cod],.sw.*,~*]"),
            option("reload_extra_files", Kind.PATHS, "further files"),
            number("reload_delay", Kind.SECONDS, 0, DAY, "in which changes are collected [0.25]"));

    private static final List<ServeOption> PROCESSES = List.of(
            option("user", Kind.TEXT, "user to run as"),
            option("environment", Kind.VARIABLES, "variables beside those of the terminal"),
            option("umask", Kind.TEXT, "octal"),
            option("stdout_logfile", Kind.LOG, "where stdout goes [the terminal]"),
            option("stderr_logfile", Kind.LOG, "where stderr goes [the terminal]"),
            option("stdout_logfile_maxbytes", Kind.SIZE, "size at which it is rotated"),
            option("stderr_logfile_maxbytes", Kind.SIZE, "size at which it is rotated"),
            option("stdout_logfile_backups", Kind.INTEGER, "rotated files kept"),
            option("stderr_logfile_backups", Kind.INTEGER, "rotated files kept"),
            option("stdout_syslog", Kind.BOOLEAN, "each line to syslog, too"),
            option("stderr_syslog", Kind.BOOLEAN, "each line to syslog, too"),
            option("redirect_stderr", Kind.BOOLEAN, "stderr goes where stdout goes"),
            option("priority", Kind.INTEGER, "lower starts first [999]"),
            option("autostart", Kind.BOOLEAN, "start with the daemon [true]"),
            choice("autorestart", "true false unexpected", "whether an exit leads to a new start"),
            option("startsecs", Kind.INTEGER, "seconds up until it counts as RUNNING"),
            option("startretries", Kind.INTEGER, "further attempts after a failed start"),
            option("exitcodes", Kind.LIST, "statuses that are expected"),
            option("stopsignal", Kind.TEXT, "signal that asks it to stop [TERM]"),
            option("stopwaitsecs", Kind.INTEGER, "seconds until SIGKILL follows"),
            option("stopasgroup", Kind.BOOLEAN, "stop signal to the whole process group"),
            option("killasgroup", Kind.BOOLEAN, "SIGKILL to the whole process group"),
            option("serverurl", Kind.TEXT, "SUPERVISOR_SERVER_URL of the processes"));

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
