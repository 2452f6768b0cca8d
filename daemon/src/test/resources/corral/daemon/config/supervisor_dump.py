"""Loads configurations with the real Supervisor and prints what it made of each, as one JSON text per file.

Usage: supervisor_dump.py FILE...   Each text ends with a line "--". Exit status 77: Supervisor is not installed.
"""

import json
import sys

try:
    from supervisor import datatypes
    from supervisor.options import ServerOptions
except ImportError:
    sys.exit(77)

INT = (-(2**31), 2**31 - 1)
LONG = (-(2**63 - 1), 2**63 - 1)


class Refused(Exception):
    pass


def clamp(value, limits=INT):
    return max(limits[0], min(limits[1], int(value)))


def log_target(value):
    if value is datatypes.Automatic:
        return "AUTO"
    return value or "NONE"


def stream(config, name):
    def get(key):
        return getattr(config, name + "_" + key)

    return {
        "target": log_target(get("logfile")),
        "maxbytes": clamp(get("logfile_maxbytes"), LONG),
        "backups": clamp(get("logfile_backups")),
        "capture": clamp(get("capture_maxbytes"), LONG),
        "events": get("events_enabled"),
        "syslog": get("syslog"),
    }


def autorestart(value):
    names = {
        datatypes.RestartUnconditionally: "ALWAYS",
        datatypes.RestartWhenExitUnexpected: "UNEXPECTED",
    }
    return names.get(value, "NEVER")


def process(config):
    return {
        "name": config.name,
        "command": config.command,
        "directory": config.directory,
        "umask": None if config.umask is None else config.umask & 0o777,
        "priority": clamp(config.priority),
        "autostart": config.autostart,
        "autorestart": autorestart(config.autorestart),
        "startsecs": clamp(config.startsecs),
        "startretries": clamp(config.startretries),
        "exitcodes": list(dict.fromkeys(int(code) for code in config.exitcodes)),
        "stopsignal": int(config.stopsignal),
        "stopwaitsecs": clamp(config.stopwaitsecs),
        "stopasgroup": config.stopasgroup,
        "killasgroup": config.killasgroup,
        "uid": config.uid,
        "redirect_stderr": config.redirect_stderr,
        "stdout": stream(config, "stdout"),
        "stderr": stream(config, "stderr"),
        "environment": config.environment,
        "serverurl": "AUTO" if config.serverurl is None else config.serverurl,
    }


def group(config):
    by_name = {}
    for member in config.process_configs:
        by_name[member.name] = member
    return {
        "name": config.name,
        "priority": clamp(config.priority),
        "processes": [process(member) for member in by_name.values()],
    }


def groups(configs):
    first = {}
    for config in configs:
        first.setdefault(config.name, config)
    return [group(config) for config in first.values()]


def server(config):
    open_to_all = not config["username"]
    result = {
        "section": config["section"],
        "username": None if open_to_all else config["username"],
        "password": None if open_to_all else config["password"],
    }
    if "port" in config:
        result.update(host=config["host"], port=config["port"])
    else:
        owner = [None if number < 0 else number for number in config["chown"]]
        result.update(file=config["file"], chmod=config["chmod"] & 0o7777, chown=owner)
    return result


def daemon(options):
    return {
        "logfile": None if options.logfile == "syslog" else options.logfile,
        "logfile_maxbytes": clamp(options.logfile_maxbytes, LONG),
        "logfile_backups": clamp(options.logfile_backups),
        "loglevel": int(options.loglevel),
        "pidfile": options.pidfile,
        "identifier": options.identifier,
        "nodaemon": bool(options.nodaemon),
        "silent": bool(options.silent),
        "umask": options.umask & 0o777,
        "uid": getattr(options, "uid", None),
        "minfds": clamp(options.minfds),
        "minprocs": clamp(options.minprocs),
        "nocleanup": bool(options.nocleanup),
        "strip_ansi": bool(options.strip_ansi),
    }


def dump(path):
    options = ServerOptions()

    def usage(message):
        raise Refused(str(message))

    options.usage = usage
    try:
        options.realize(["-c", path], doc="")
    except Refused as refused:
        return {"error": str(refused)}
    return {
        "daemon": daemon(options),
        "servers": [server(config) for config in options.server_configs],
        "url": options.serverurl,
        "interface": any(name == "supervisor" for name, _, _ in options.rpcinterface_factories),
        "groups": groups(options.process_group_configs),
        "included": len(options.parse_infos),
    }


for argument in sys.argv[1:]:
    sys.stdout.write(json.dumps(dump(argument), indent=1, sort_keys=True) + "\n--\n")
