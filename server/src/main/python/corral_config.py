"""Resolves a gunicorn command line for corral: runs once, in the application's interpreter, and ends.

    python corral_config.py RESULT [gunicorn's arguments...]

The layers are defaults, gunicorn.conf.py, GUNICORN_CMD_ARGS and the arguments. What they come to is written to the file RESULT as
one JSON document; the terminal belongs to the configuration file. Without a document the exit code says everything: 0 after
--help, --version, --check-config and --print-config, 1 for a bad setting, 2 for a bad command line.

Standard library only, Python >= 3.8. Parts, in this order: values, table, layers, stand-ins, worker classes, application, main.
"""

import argparse
import ast
import grp
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import ipaddress
import json
import os
import pwd
import re
import shlex
import sys
import traceback
import types

GUNICORN = "26.1.0"


class ConfigError(Exception):
    """A setting that cannot be used; its text is all that the user needs."""


# values: each takes what the file, the environment or the command line holds and returns the setting's value


def boolean(value):
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise TypeError("Invalid type for casting: %s" % value)
    word = value.strip().lower()
    if word not in ("true", "false"):
        raise ValueError("Invalid boolean: %s" % value)
    return word == "true"


def natural(value):
    number = int(value) if isinstance(value, int) else int(value, 0)
    if number < 0:
        raise ValueError("Value must be positive: %s" % number)
    return number


def octal(text):
    """The command line's notation of modes: a leading zero means octal, as in a shell."""
    if re.match(r"0\d", text):
        text = "0o" + text[1:]
    return int(text, 0)


def string(value):
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("Not a string: %s" % value)
    return value.strip()


def strings(value):
    if not value:
        return []
    return [string(item) for item in ([value] if isinstance(value, str) else value)]


def comma_list(value):
    if isinstance(value, (list, tuple)):
        return strings(value)
    return [item.strip() for item in (string(value) or "").split(",") if item]


def addresses(value):
    found = comma_list(value)
    for item in found:
        if item != "*":
            ipaddress.ip_network(item)
    return found


def existing_files(value):
    found = strings(value)
    for item in found:
        if not os.path.exists(item) and not any(c in item for c in "*?["):
            raise ValueError("File %s does not exists." % item)
    return found


def dictionary(value):
    if not isinstance(value, dict):
        raise TypeError("Value is not a dictionary: %s " % value)
    return value


def class_or_name(value):
    if inspect.isfunction(value) or inspect.ismethod(value):
        value = value()
    return value if inspect.isclass(value) else string(value)


def user(value):
    return account(value, os.geteuid(), lambda name: pwd.getpwnam(name).pw_uid, "user")


def group(value):
    return account(value, os.getegid(), lambda name: grp.getgrnam(name).gr_gid, "group")


def account(value, own, find, kind):
    if value is None:
        return own
    if isinstance(value, int):
        return int(value)
    if value.isdigit():
        return int(value)
    try:
        return find(value)
    except KeyError:
        raise ConfigError("No such %s: '%s'" % (kind, value)) from None


def directory(value):
    value = string(value)
    path = os.path.abspath(os.path.join(launch_directory(), value))
    if not os.path.exists(path):
        raise ConfigError("can't chdir to %r" % value)
    return path


def launch_directory():
    """The shell's name of the working directory, which keeps symbolic links, if it is the same directory."""
    here = os.getcwd()
    shell = os.environ.get("PWD")
    try:
        if shell and os.path.samefile(shell, here):
            return shell
    except OSError:
        pass
    return here


def statsd_address(value):
    value = string(value)
    if value is None:
        return None
    if value.startswith("unix://"):
        if len(value) == len("unix://"):
            raise ValueError("socket path is empty: %s" % value)
        return value
    host, colon, port = value.rpartition(":")
    if not colon:
        host, port = value, "8125"
    if not host:
        raise TypeError("Value must consist of: hostname:port")
    return "%s:%d" % (host, int(port))


def one_of(*allowed):
    def check(value):
        value = string(value)
        word = value.lower() if isinstance(value, str) else value
        if word not in allowed:
            raise ValueError("Invalid value %r. Valid options: %s" % (value, ", ".join(allowed)))
        return word

    return check


def reload_engine(value):
    if value not in ("auto", "poll", "inotify"):
        raise ConfigError("Invalid reload_engine: %r" % (value,))
    return value


def proxy_protocol(value):
    if isinstance(value, bool):
        return "auto" if value else "off"
    if value is None:
        return "off"
    word = string(value).lower()
    if word in ("true", "false"):
        return "auto" if word == "true" else "off"
    return one_of("off", "v1", "v2", "auto")(word)


def http_protocols(value):
    found = [item.lower() for item in comma_list(value)]
    for item in found:
        if item not in ("h1", "h2", "h3"):
            raise ValueError("Invalid protocol: %s" % item)
    if len(set(found)) != len(found) or not found:
        raise ValueError("Invalid http_protocols: %s" % value)
    return found


def frame_size(value):
    number = natural(value)
    if not 16384 <= number <= 16777215:
        raise ValueError("http2_max_frame_size must be between 16384 and 16777215: %s" % number)
    return number


def hook(*arities):
    def check(value):
        if isinstance(value, str):
            value = imported(value)
        if not callable(value):
            raise TypeError("Value is not callable: %s" % value)
        if arity(value) not in arities:
            raise TypeError("Value must have an arity of: %s" % max(arities))
        return value

    return check


def imported(path):
    module, dot, name = path.rpartition(".")
    if not dot:
        raise TypeError("Value '%s' is not import string. Format: module[.submodules...].object" % path)
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as e:
        raise TypeError(str(e)) from None
    except AttributeError:
        raise TypeError("Can not load '%s' from '%s'" % (name, module)) from None


def arity(function):
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in positional for p in inspect.signature(function).parameters.values())


# table


class Setting:
    """One row: name, flags, how a value is checked, default, and what argparse needs beyond that."""

    def __init__(self, name, flags, check, default, about="", **argument):
        self.name = name
        self.flags = flags.split()
        self.check = check
        self.default = default
        self.about = about
        self.argument = argument

    def add_to(self, parser):
        if not self.flags:
            return
        argument = dict(self.argument)
        argument.setdefault("action", "store")
        if argument["action"] == "store" and "type" not in argument:
            argument["type"] = int if self.check is natural else str
        about = "%s [%s]" % (self.about or self.name.replace("_", " "), self.default)
        parser.add_argument(*self.flags, dest=self.name, default=None, help=about.replace("%", "%%"), **argument)


FLAG = {"action": "store_true"}
REPEATED = {"action": "append"}
HOOKS = {
    "on_starting": (1,),
    "on_reload": (1,),
    "when_ready": (1,),
    "pre_fork": (2,),
    "post_fork": (2,),
    "post_worker_init": (1,),
    "worker_int": (1,),
    "worker_abort": (1,),
    "pre_exec": (1,),
    "pre_request": (2,),
    "post_request": (2, 3, 4),
    "child_exit": (2,),
    "worker_exit": (2,),
    "nworkers_changed": (3,),
    "on_exit": (1,),
    "ssl_context": (2,),
    "on_dirty_starting": (1,),
    "dirty_post_fork": (2,),
    "dirty_worker_init": (1,),
    "dirty_worker_exit": (2,),
}
SCHEMES = {"X-FORWARDED-PROTOCOL": "ssl", "X-FORWARDED-PROTO": "https", "X-FORWARDED-SSL": "on"}
COMBINED = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'


def table():
    """Every setting. Four defaults come from the environment."""
    port = os.environ.get("PORT")
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
    row = Setting
    rows = [
        row("config", "-c --config", string, "./gunicorn.conf.py", "configuration file", metavar="CONFIG"),
        row("wsgi_app", "", string, None),
        row("bind", "-b --bind", strings, ["0.0.0.0:" + port] if port else ["127.0.0.1:8000"], "address", metavar="ADDRESS", **REPEATED),
        row("backlog", "--backlog", natural, 2048, "connections that may wait", metavar="INT"),
        row("workers", "-w --workers", natural, int(os.environ.get("WEB_CONCURRENCY", 1)), "worker processes", metavar="INT"),
        row("worker_class", "-k --worker-class", class_or_name, "sync", "kind of worker", metavar="STRING"),
        row("threads", "--threads", natural, 1, "threads per worker", metavar="INT"),
        row("worker_connections", "--worker-connections", natural, 1000, "requests at once per worker", metavar="INT"),
        row("max_requests", "--max-requests", natural, 0, "requests until a worker is replaced", metavar="INT"),
        row("max_requests_jitter", "--max-requests-jitter", natural, 0, "random addition to max_requests", metavar="INT"),
        row("timeout", "-t --timeout", natural, 30, "seconds of silence until a worker is killed", metavar="INT"),
        row("graceful_timeout", "--graceful-timeout", natural, 30, "seconds to finish requests", metavar="INT"),
        row("keepalive", "--keep-alive", natural, 2, "seconds that an idle connection is kept", metavar="INT"),
        row("limit_request_line", "--limit-request-line", natural, 4094, "bytes of a request line", metavar="INT"),
        row("limit_request_fields", "--limit-request-fields", natural, 100, "number of header fields", metavar="INT"),
        row("limit_request_field_size", "--limit-request-field_size", natural, 8190, "bytes of a header field", metavar="INT"),
        row("reload", "--reload", boolean, False, "restart workers when code changes", **FLAG),
        row("reload_engine", "--reload-engine", reload_engine, "auto", "auto, poll or inotify", metavar="STRING"),
        row("reload_extra_files", "--reload-extra-file", existing_files, [], "further file to watch", metavar="FILES", **REPEATED),
        row("spew", "--spew", boolean, False, "trace every line", **FLAG),
        row("check_config", "--check-config", boolean, False, "check the configuration and exit", **FLAG),
        row("print_config", "--print-config", boolean, False, "print the configuration and exit", **FLAG),
        row("preload_app", "--preload", boolean, False, "load the application before forking", **FLAG),
        row("sendfile", "--no-sendfile", boolean, None, "do not send files with sendfile()", action="store_const", const=False),
        row("reuse_port", "--reuse-port", boolean, False, "set SO_REUSEPORT", **FLAG),
        row("chdir", "--chdir", directory, launch_directory(), "directory of the application"),
        row("daemon", "-D --daemon", boolean, False, "run in the background", **FLAG),
        row("raw_env", "-e --env", strings, [], "environment variable, K=V", metavar="ENV", **REPEATED),
        row("pidfile", "-p --pid", string, None, "file for the process id", metavar="FILE"),
        row("worker_tmp_dir", "--worker-tmp-dir", string, None, "directory of the heartbeat files", metavar="DIR"),
        row("user", "-u --user", user, os.geteuid(), "user of the workers", metavar="USER"),
        row("group", "-g --group", group, os.getegid(), "group of the workers", metavar="GROUP"),
        row("umask", "-m --umask", natural, 0, "file mode mask", metavar="INT", type=octal),
        row("initgroups", "--initgroups", boolean, False, "take the user's groups", **FLAG),
        row("tmp_upload_dir", "", string, None),
        row("secure_scheme_headers", "", dictionary, SCHEMES),
        row("forwarded_allow_ips", "--forwarded-allow-ips", addresses, comma_list(trusted), "proxies to trust", metavar="STRING"),
        row("accesslog", "--access-logfile", string, None, "access log, - for stdout", metavar="FILE"),
        row("disable_redirect_access_to_syslog", "--disable-redirect-access-to-syslog", boolean, False, "no access log in syslog", **FLAG),
        row("access_log_format", "--access-logformat", string, COMBINED, "format of the access log", metavar="STRING"),
        row("errorlog", "--error-logfile --log-file", string, "-", "error log, - for stderr", metavar="FILE"),
        row("loglevel", "--log-level", string, "info", "debug, info, warning, error or critical", metavar="LEVEL"),
        row("capture_output", "--capture-output", boolean, False, "stdout and stderr go to the error log", **FLAG),
        row("logger_class", "--logger-class", class_or_name, "gunicorn.glogging.Logger", "class of the logger", metavar="STRING"),
        row("logconfig", "--log-config", string, None, "logging configuration file", metavar="FILE"),
        row("logconfig_dict", "", dictionary, {}),
        row("logconfig_json", "--log-config-json", string, None, "logging configuration in JSON", metavar="FILE"),
        row("syslog_addr", "--log-syslog-to", string, "udp://localhost:514", "where syslog listens", metavar="SYSLOG_ADDR"),
        row("syslog", "--log-syslog", boolean, False, "log to syslog", **FLAG),
        row("syslog_prefix", "--log-syslog-prefix", string, None, "name in syslog", metavar="SYSLOG_PREFIX"),
        row("syslog_facility", "--log-syslog-facility", string, "user", "facility in syslog", metavar="SYSLOG_FACILITY"),
        row("enable_stdio_inheritance", "-R --enable-stdio-inheritance", boolean, False, "keep stdout and stderr with --daemon", **FLAG),
        row("statsd_host", "--statsd-host", statsd_address, None, "statsd server", metavar="STATSD_ADDR"),
        row("dogstatsd_tags", "--dogstatsd-tags", string, "", "tags of the metrics", metavar="DOGSTATSD_TAGS"),
        row("statsd_prefix", "--statsd-prefix", string, "", "prefix of the metrics", metavar="STATSD_PREFIX"),
        row("enable_backlog_metric", "--enable-backlog-metric", boolean, False, "metric of waiting connections", **FLAG),
        row("proc_name", "-n --name", string, None, "name of the processes", metavar="STRING"),
        row("default_proc_name", "", string, "gunicorn"),
        row("pythonpath", "--pythonpath", string, None, "directories for sys.path", metavar="STRING"),
        row("paste", "--paste --paster", string, None, "PasteDeploy file", metavar="STRING"),
        row("raw_paste_global_conf", "--paste-global", strings, [], "PasteDeploy variable", metavar="CONF", **REPEATED),
        row("proxy_protocol", "--proxy-protocol", proxy_protocol, "off", "off, v1, v2 or auto", metavar="MODE", nargs="?", const="auto"),
        row("proxy_allow_ips", "--proxy-allow-from", addresses, ["127.0.0.1", "::1"], "who may send the PROXY protocol"),
        row("protocol", "--protocol", one_of("http", "uwsgi"), "http", "http or uwsgi", metavar="STRING"),
        row("uwsgi_allow_ips", "--uwsgi-allow-from", addresses, ["127.0.0.1", "::1"], "who may speak uwsgi"),
        row("keyfile", "--keyfile", string, None, "TLS key", metavar="FILE"),
        row("certfile", "--certfile", string, None, "TLS certificate", metavar="FILE"),
        row("ssl_version", "--ssl-version", lambda value: value, 2, "ignored"),
        row("cert_reqs", "--cert-reqs", natural, 0, "0 none, 1 optional, 2 required", type=str),
        row("ca_certs", "--ca-certs", string, None, "certificates of the clients' authorities", metavar="FILE"),
        row("suppress_ragged_eofs", "--suppress-ragged-eofs", boolean, True, "ignored", **FLAG),
        row("do_handshake_on_connect", "--do-handshake-on-connect", boolean, False, "ignored", **FLAG),
        row("ciphers", "--ciphers", string, None, "OpenSSL's list of ciphers"),
        row("http_protocols", "--http-protocols", http_protocols, ["h1"], "h1, h2, h3", metavar="STRING"),
        row("http2_cleartext", "--http2-cleartext", one_of("off", "prior-knowledge", "upgrade", "both"), "off", metavar="MODE"),
        row("http2_max_concurrent_streams", "--http2-max-concurrent-streams", natural, 100, metavar="INT"),
        row("http2_initial_window_size", "--http2-initial-window-size", natural, 65535, metavar="INT"),
        row("http2_max_frame_size", "--http2-max-frame-size", frame_size, 16384, metavar="INT", type=int),
        row("http2_max_header_list_size", "--http2-max-header-list-size", natural, 65536, metavar="INT"),
        row("forwarder_headers", "--forwarder-headers", comma_list, ["SCRIPT_NAME", "PATH_INFO"], "headers with _ that proxies may send"),
        row("header_map", "--header-map", one_of("drop", "refuse", "dangerous"), "drop", "what is done to header names with _"),
        row("asgi_loop", "--asgi-loop", one_of("auto", "asyncio", "uvloop"), "auto", metavar="STRING"),
        row("asgi_lifespan", "--asgi-lifespan", one_of("auto", "on", "off"), "auto", metavar="STRING"),
        row("asgi_disconnect_grace_period", "--asgi-disconnect-grace-period", natural, 3, metavar="INT"),
        row("http_parser", "--http-parser", one_of("auto", "fast", "python"), "auto", metavar="STRING"),
        row("root_path", "--root-path", string, "", "ASGI root_path", metavar="STRING"),
        row("dirty_apps", "--dirty-app", strings, [], metavar="STRING", **REPEATED),
        row("dirty_workers", "--dirty-workers", natural, 0, metavar="INT"),
        row("dirty_timeout", "--dirty-timeout", natural, 300, metavar="INT"),
        row("dirty_threads", "--dirty-threads", natural, 1, metavar="INT"),
        row("dirty_graceful_timeout", "--dirty-graceful-timeout", natural, 30, metavar="INT"),
        row("control_socket", "--control-socket", string, "gunicorn.ctl", metavar="PATH"),
        row("control_socket_mode", "--control-socket-mode", natural, 0o600, metavar="INT", type=octal),
        row("control_socket_disable", "--no-control-socket", boolean, False, **FLAG),
    ]
    for leniency in (
        "permit_obsolete_folding",
        "strip_header_spaces",
        "permit_unconventional_http_method",
        "permit_unconventional_http_version",
        "casefold_http_method",
    ):
        rows.append(row(leniency, "--" + leniency.replace("_", "-"), boolean, False, **FLAG))
    rows += [row(name, "", hook(*arities), None) for name, arities in HOOKS.items()]
    return {setting.name: setting for setting in rows}


# layers


class Config:
    """The settings' values and where each came from."""

    def __init__(self):
        self.table = table()
        self.values = {name: setting.default for name, setting in self.table.items()}
        self.origins = {}

    def set(self, name, value, origin):
        self.values[name] = self.table[name].check(value)
        self.origins[name] = origin

    def parser(self):
        parser = argparse.ArgumentParser(prog="gunicorn", usage="%(prog)s [OPTIONS] [APP_MODULE]")
        version = "%%(prog)s (version %s)\n" % GUNICORN
        parser.add_argument("-v", "--version", action="version", default=argparse.SUPPRESS, version=version)
        parser.add_argument("args", nargs="*", help=argparse.SUPPRESS)
        for setting in self.table.values():
            setting.add_to(parser)
        return parser

    def take_arguments(self, parsed, origin):
        for name, value in vars(parsed).items():
            if value is not None and name != "args":
                self.set(name, value, origin)

    def take_file(self, location):
        found = module_named(location[7:]) if location.startswith("python:") else file_at(location)
        for name, value in found.items():
            if name not in self.table:
                continue
            try:
                self.set(name, value, "file")
            except Exception:
                print("Invalid value for %s: %s\n" % (name, value), file=sys.stderr)
                raise

    def enter_directory(self):
        path = self.values["chdir"]
        os.chdir(path)
        if path not in sys.path:
            sys.path.insert(0, path)

    def text(self):
        width = max(map(len, self.values))
        lines = []
        for name, value in sorted(self.values.items()):
            if name in HOOKS and value is None:
                value = "<%s()>" % name
            elif callable(value):
                value = "<%s()>" % getattr(value, "__qualname__", type(value).__name__)
            lines.append("%-*s = %s" % (width, name, value))
        return "\n".join(lines)


def module_named(name):
    return vars(importlib.import_module(name))


def file_at(location):
    path = location[5:] if location.startswith("file:") else location
    if not os.path.exists(path):
        raise RuntimeError("%r doesn't exist" % path)
    name = "__config__"
    try:
        loader = None
        if os.path.splitext(path)[1] not in (".py", ".pyc"):
            print("\n!!!\n!!! WARNING: configuration file should have a valid Python extension.\n!!!\n", file=sys.stderr)
            loader = importlib.machinery.SourceFileLoader(name, path)
        spec = importlib.util.spec_from_file_location(name, path, loader=loader)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except Exception:
        print("Failed to read config file: %s" % path, file=sys.stderr)
        traceback.print_exc()
        sys.exit(1)
    return vars(module)


def resolve(arguments):
    """All layers on top of each other; the application, the configuration and the path of its file."""
    config = Config()
    parser = config.parser()
    parsed = parser.parse_args(arguments)
    config.enter_directory()
    application = parsed.args[0] if parsed.args else None
    if application:
        config.values["default_proc_name"] = application
    from_environment = parser.parse_args(shlex.split(os.environ.get("GUNICORN_CMD_ARGS", "")))
    location = parsed.config or from_environment.config
    standard = os.path.join(os.getcwd(), "gunicorn.conf.py")
    if not location and os.path.exists(standard):
        location = standard
    origin = location and (location if location.startswith("python:") else os.path.abspath(re.sub("^file:", "", location)))
    if location:
        config.take_file(location)
    config.take_arguments(from_environment, "environment")
    config.take_arguments(parsed, "command line")
    config.enter_directory()
    application = application or config.values["wsgi_app"]
    if application is None and config.values["paste"] is None:
        raise ConfigError("No application module specified.")
    for name in ("keyfile", "certfile", "ca_certs", "logconfig", "logconfig_json"):
        value = config.values[name]
        if value and not os.path.exists(value):
            raise ConfigError('%s "%s" does not exist' % (name, value))
    for entry in config.values["raw_env"]:
        if "=" not in entry:
            raise RuntimeError("environment setting %r invalid" % entry)
    return config, application, origin


# stand-ins: what configuration files and worker classes import from gunicorn and uvicorn, where these are not installed


class Anything:
    """Base for names that are only inherited from or mentioned."""

    def __init__(self, *args, **kwargs):
        pass


def stand_ins():
    worker = type("Worker", (Anything,), {"SIGNALS": [], "__module__": "gunicorn.workers.base"})

    def workers(module, *parents):
        asgi = type("UvicornWorker", (worker,), {"CONFIG_KWARGS": {"loop": "auto", "http": "auto"}, "__module__": module})
        h11 = type("UvicornH11Worker", (asgi,), {"CONFIG_KWARGS": {"loop": "asyncio", "http": "h11"}, "__module__": module})
        return {"UvicornWorker": asgi, "UvicornH11Worker": h11}

    def plain(module, name, base=Anything):
        return {name: type(name, (base,), {"__module__": module})}

    arbiter = plain("gunicorn.arbiter", "Arbiter")
    arbiter["Arbiter"].WORKER_BOOT_ERROR = 3
    arbiter["Arbiter"].APP_LOAD_ERROR = 4
    gthread = plain("gunicorn.workers.gthread", "ThreadWorker", worker)
    sync = plain("gunicorn.workers.sync", "SyncWorker", worker)
    return {
        "gunicorn": {"__version__": GUNICORN, "SERVER_SOFTWARE": "gunicorn/" + GUNICORN, "SERVER": "gunicorn"},
        "gunicorn.arbiter": arbiter,
        "gunicorn.glogging": {**plain("gunicorn.glogging", "Logger"), "CONFIG_DEFAULTS": {}},
        "gunicorn.workers": {},
        "gunicorn.workers.base": {"Worker": worker},
        "gunicorn.workers.sync": sync,
        "gunicorn.workers.gthread": gthread,
        "uvicorn": {"__version__": "0.51.0"},
        "uvicorn.workers": workers("uvicorn.workers"),
        "uvicorn_worker": workers("uvicorn_worker"),
    }


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked last, so only for what is not installed."""

    def __init__(self):
        self.modules = stand_ins()

    def find_spec(self, name, path=None, target=None):
        if name not in self.modules:
            return None
        package = any(other.startswith(name + ".") for other in self.modules)
        return importlib.machinery.ModuleSpec(name, self, is_package=package)

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        vars(module).update(self.modules[module.__name__])


# worker classes

NAMED_WORKERS = {
    "sync": "sync",
    "gunicorn.workers.sync.SyncWorker": "sync",
    "gthread": "gthread",
    "gunicorn.workers.gthread.ThreadWorker": "gthread",
    "gevent": "gevent",
    "gevent_wsgi": "gevent",
    "gevent_pywsgi": "gevent",
    "gunicorn.workers.ggevent.GeventWorker": "gevent",
    "eventlet": "eventlet",
    "gunicorn.workers.geventlet.EventletWorker": "eventlet",
    "tornado": "tornado",
    "gunicorn.workers.gtornado.TornadoWorker": "tornado",
    "asgi": "asgi",
    "gunicorn.workers.gasgi.ASGIWorker": "asgi",
    "uvicorn.workers.UvicornWorker": "uvicorn",
    "uvicorn_worker.UvicornWorker": "uvicorn",
    "uvicorn_worker._workers.UvicornWorker": "uvicorn",
    "uvicorn.workers.UvicornH11Worker": "uvicorn_h11",
    "uvicorn_worker.UvicornH11Worker": "uvicorn_h11",
    "uvicorn_worker._workers.UvicornH11Worker": "uvicorn_h11",
}
DEFAULT_KWARGS = {"uvicorn": {"loop": "auto", "http": "auto"}, "uvicorn_h11": {"loop": "asyncio", "http": "h11"}}


def path_of(cls):
    return "%s.%s" % (cls.__module__, cls.__qualname__)


def worker(value):
    """What a worker_class means: kind, its name as written, uvicorn options of its CONFIG_KWARGS, methods that it overrides."""
    written = path_of(value) if inspect.isclass(value) else value
    if written.startswith("egg:"):
        written = written.partition("#")[2] or "sync"
    kind = NAMED_WORKERS.get(written)
    if kind:
        return {"kind": kind, "name": written, "kwargs": DEFAULT_KWARGS.get(kind, {}), "overrides": []}
    cls = value if inspect.isclass(value) else load_class(written)
    for base in inspect.getmro(cls):
        kind = NAMED_WORKERS.get(path_of(base))
        if kind:
            break
    if kind in ("uvicorn", "uvicorn_h11"):
        return {"kind": kind, "name": written, "kwargs": plain(dict(cls.CONFIG_KWARGS)), "overrides": overrides(cls, base)}
    closest = "sync or gthread" if kind is None else kind
    raise ConfigError(
        "worker class %s is not supported: corral cannot run its code. The closest that it has: --worker-class %s" % (written, closest)
    )


def load_class(path):
    module, dot, name = path.rpartition(".")
    try:
        if not dot:
            raise ImportError("no worker class has this name")
        found = getattr(importlib.import_module(module), name)
        if not inspect.isclass(found):
            raise TypeError("%s is not a class" % path)
        return found
    except Exception:
        raise RuntimeError("class uri %r invalid or not found: \n\n[%s]" % (path, traceback.format_exc())) from None


def overrides(cls, base):
    """Names that the classes between cls and base define beside their CONFIG_KWARGS."""
    names = set()
    for step in inspect.getmro(cls):
        if step is base:
            break
        names.update(name for name, value in vars(step).items() if callable(value) and not inspect.isclass(value))
    return sorted(names)


def plain(value):
    """The value with everything that JSON has no notion of replaced by {"object": its text}."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if inspect.isclass(value) or inspect.isfunction(value):
        return path_of(value)
    return {"object": repr(value)}


# application


def load_application(spec):
    """Imports what --check-config and --print-config are asked to check."""
    module, colon, name = spec.partition(":")
    try:
        loaded = importlib.import_module(module)
    except ImportError:
        if module.endswith(".py") and os.path.exists(module):
            hint = "Failed to find application, did you mean '%s:%s'?" % (module[:-3], name or "application")
            raise ImportError(hint) from None
        raise
    found = evaluated(loaded, module, name if colon else "application")
    if found is None:
        raise AppImportError("Failed to find application object: %r" % name)
    if not callable(found):
        raise AppImportError("Application object must be callable.")


class AppImportError(Exception):
    """The module is there, its application is not."""

    __module__ = "gunicorn.errors"


def evaluated(module, module_name, name):
    try:
        body = ast.parse(name, mode="eval").body
    except SyntaxError:
        raise AppImportError("Failed to parse %r as an attribute name or function call." % name) from None
    call = isinstance(body, ast.Call)
    target = body.func if call else body
    if not isinstance(target, ast.Name):
        raise AppImportError("Failed to parse %r as an attribute name or function call." % name)
    try:
        found = getattr(module, target.id)
    except AttributeError:
        raise AppImportError("Failed to find attribute %r in %r." % (target.id, module_name)) from None
    if not call:
        return found
    try:
        args = [ast.literal_eval(arg) for arg in body.args]
        kwargs = {keyword.arg: ast.literal_eval(keyword.value) for keyword in body.keywords}
    except ValueError:
        raise AppImportError("Failed to parse %r as literal values." % name) from None
    return found(*args, **kwargs)


# main


def check(config, application):
    """--print-config and --check-config: never returns."""
    if config.values["print_config"]:
        print(config.text())
    try:
        if application:
            for path in reversed((config.values["pythonpath"] or "").split(",")):
                if path:
                    sys.path.insert(0, os.path.abspath(path))
            load_application(application)
        worker(config.values["worker_class"])
    except Exception:
        print("\nError while loading the application:\n", file=sys.stderr)
        traceback.print_exc()
        sys.exit(1)
    sys.exit(0)


def document(config, application, location):
    hooks = [name for name in HOOKS if name in config.origins]
    return {
        "application": application,
        "config": location,
        "settings": {name: plain(value) for name, value in config.values.items() if name not in HOOKS},
        "origins": config.origins,
        "hooks": hooks,
        "worker": worker(config.values["worker_class"]),
        "user": name_of(pwd.getpwuid, config.values["user"]),
        "group": name_of(grp.getgrgid, config.values["group"]),
        "primary_group": primary_group(config.values["user"]),
        "effective": [os.geteuid(), os.getegid()],
    }


def name_of(find, number):
    try:
        return find(number)[0]
    except KeyError:
        return str(number)


def primary_group(number):
    try:
        return pwd.getpwuid(number).pw_gid
    except KeyError:
        return None


def main():
    result = open(sys.argv[1], "w", encoding="utf-8")
    sys.argv[:] = ["gunicorn"] + sys.argv[2:]
    # As for a script in another directory: the helper's own modules are nobody else's.
    if sys.path and os.path.abspath(sys.path[0] or ".") == os.path.dirname(os.path.abspath(__file__)):
        del sys.path[0]
    sys.meta_path.append(StandIns())
    try:
        config, application, location = resolve(sys.argv[1:])
        if config.values["print_config"] or config.values["check_config"]:
            check(config, application)
        found = document(config, application, location)
    except Exception as e:
        print("\nError: %s" % e, file=sys.stderr)
        sys.exit(1)
    with result:
        json.dump(found, result)


if __name__ == "__main__":
    main()
