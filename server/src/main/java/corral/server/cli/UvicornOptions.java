package corral.server.cli;

import corral.server.cli.ClickOption.Kind;
import java.util.List;

/** The table of uvicorn's options, in the order of its help. The argument comes first. */
final class UvicornOptions {
    static final ClickOption APP =
            new ClickOption("app", List.of(), Kind.TEXT, List.of(), false, "the application, module:attribute");
    static final List<String> LOG_LEVELS = List.of("critical", "error", "warning", "info", "debug", "trace");

    static final List<ClickOption> TABLE = List.of(
            ClickOption.of("--host", "host", Kind.TEXT, "Address to listen on. [127.0.0.1]"),
            ClickOption.of("--port", "port", Kind.INTEGER, "Port to listen on; 0 takes a free one. [8000]"),
            ClickOption.of("--uds", "uds", Kind.TEXT, "Unix socket to listen on."),
            ClickOption.of("--fd", "fd", Kind.INTEGER, "Inherited socket to listen on."),
            ClickOption.of("--reload", "reload", Kind.FLAG, "Restart the workers when files change."),
            ClickOption.of("--reload-dir", "reload_dirs", Kind.PATH, "Directory to watch. [working directory]")
                    .repeatable(),
            ClickOption.of("--reload-include", "reload_includes", Kind.TEXT, "Glob of files to watch. [*.py]")
                    .repeatable(),
            ClickOption.of("--reload-exclude", "reload_excludes", Kind.TEXT, "Glob of files not to watch.")
                    .repeatable(),
            ClickOption.of("--reload-delay", "reload_delay", Kind.FLOAT, "Seconds that changes are collected. [0.25]"),
            ClickOption.of("--workers", "workers", Kind.INTEGER, "Worker processes. [$WEB_CONCURRENCY or 1]"),
            ClickOption.choice(
                    "--loop",
                    "loop",
                    Kind.CHOICE_OR_IMPORT,
                    List.of("auto", "asyncio", "uvloop", "none"),
                    "Event loop of the workers. [auto]"),
            ClickOption.choice(
                    "--http",
                    "http",
                    Kind.CHOICE_OR_IMPORT,
                    List.of("auto", "h11", "httptools", "zttp", "zttp2"),
                    "Accepted; the front speaks HTTP."),
            ClickOption.choice(
                    "--ws",
                    "ws",
                    Kind.CHOICE_OR_IMPORT,
                    List.of("auto", "none", "websockets", "websockets-sansio", "wsproto"),
                    "none switches WebSockets off; the front speaks the others. [auto]"),
            ClickOption.of("--ws-max-size", "ws_max_size", Kind.INTEGER, "Bytes of a message. [16777216]"),
            ClickOption.of("--ws-max-queue", "ws_max_queue", Kind.INTEGER, "Messages that may wait. [32]"),
            ClickOption.of("--ws-ping-interval", "ws_ping_interval", Kind.FLOAT, "Seconds between pings. [20.0]"),
            ClickOption.of("--ws-ping-timeout", "ws_ping_timeout", Kind.FLOAT, "Seconds to answer one. [20.0]"),
            ClickOption.of(
                    "--ws-per-message-deflate", "ws_per_message_deflate", Kind.BOOLEAN, "Offer compression. [True]"),
            ClickOption.choice(
                    "--lifespan", "lifespan", Kind.CHOICE, List.of("auto", "on", "off"), "Lifespan events. [auto]"),
            ClickOption.choice(
                    "--interface",
                    "interface",
                    Kind.CHOICE,
                    List.of("auto", "asgi3", "asgi2", "wsgi"),
                    "What the application is. [auto]"),
            ClickOption.of("--env-file", "env_file", Kind.PATH, "File with environment variables."),
            ClickOption.of("--log-config", "log_config", Kind.PATH, "Logging configuration: .ini, .json or .yaml."),
            ClickOption.choice("--log-level", "log_level", Kind.CHOICE, LOG_LEVELS, "Log level. [info]"),
            ClickOption.pair("access-log", "access_log", "Write an access log. [on]"),
            ClickOption.pair("use-colors", "use_colors", "Coloured logs. [on a terminal]"),
            ClickOption.pair("proxy-headers", "proxy_headers", "Believe X-Forwarded-* of trusted proxies. [on]"),
            ClickOption.pair("server-header", "server_header", "Send a Server header. [on]"),
            ClickOption.pair("date-header", "date_header", "Send a Date header. [on]"),
            ClickOption.of(
                    "--forwarded-allow-ips",
                    "forwarded_allow_ips",
                    Kind.TEXT,
                    "Trusted proxies, separated by commas. [$FORWARDED_ALLOW_IPS or 127.0.0.1]"),
            ClickOption.of("--root-path", "root_path", Kind.TEXT, "Path under which the application is mounted."),
            ClickOption.of("--limit-concurrency", "limit_concurrency", Kind.INTEGER, "Requests at once, then 503."),
            ClickOption.of("--backlog", "backlog", Kind.INTEGER, "Connections that may wait. [2048]"),
            ClickOption.of(
                    "--limit-max-requests", "limit_max_requests", Kind.INTEGER, "Requests until a worker is replaced."),
            ClickOption.of(
                    "--limit-max-requests-jitter",
                    "limit_max_requests_jitter",
                    Kind.INTEGER,
                    "Random addition to it. [0]"),
            ClickOption.of(
                    "--timeout-keep-alive",
                    "timeout_keep_alive",
                    Kind.INTEGER,
                    "Seconds that an idle connection is kept. [5]"),
            ClickOption.of(
                    "--timeout-graceful-shutdown",
                    "timeout_graceful_shutdown",
                    Kind.INTEGER,
                    "Seconds in which requests may finish at the end; 0: no limit. [30]"),
            ClickOption.of(
                    "--timeout-worker-healthcheck",
                    "timeout_worker_healthcheck",
                    Kind.INTEGER,
                    "Seconds of silence until a worker is replaced. [off]"),
            ClickOption.of("--ssl-keyfile", "ssl_keyfile", Kind.TEXT, "TLS key."),
            ClickOption.of("--ssl-certfile", "ssl_certfile", Kind.TEXT, "TLS certificate."),
            ClickOption.of("--ssl-keyfile-password", "ssl_keyfile_password", Kind.TEXT, "Password of the key."),
            ClickOption.of("--ssl-version", "ssl_version", Kind.INTEGER, "17 (any version of TLS). [17]"),
            ClickOption.of("--ssl-cert-reqs", "ssl_cert_reqs", Kind.INTEGER, "0 none, 1 optional, 2 required. [0]"),
            ClickOption.of("--ssl-ca-certs", "ssl_ca_certs", Kind.TEXT, "Authorities of the clients."),
            ClickOption.of("--ssl-ciphers", "ssl_ciphers", Kind.TEXT, "OpenSSL's list of ciphers."),
            ClickOption.of("--header", "headers", Kind.TEXT, "Name:Value added to every response.")
                    .repeatable(),
            ClickOption.of("--version", "version", Kind.FLAG, "Show the version and exit."),
            ClickOption.of("--app-dir", "app_dir", Kind.TEXT, "Put first on sys.path. [working directory]"),
            ClickOption.of(
                    "--h11-max-incomplete-event-size",
                    "h11_max_incomplete_event_size",
                    Kind.INTEGER,
                    "Bytes of a request's head. [65536]"),
            ClickOption.of("--reset-contextvars", "reset_contextvars", Kind.FLAG, "A fresh context for each request."),
            ClickOption.of("--factory", "factory", Kind.FLAG, "APP is called to make the application."),
            ClickOption.of("--help", "help", Kind.FLAG, "Show this message and exit."));

    private UvicornOptions() {}
}
