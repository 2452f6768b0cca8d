"""Starts wrk or our own load against a server and reads their figures."""

import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = "/usr/bin/python3"
HOST = "127.0.0.1"
TIMEOUT_SECONDS = 10


@dataclass
class Load:
    """What a generator saw. `more` has the figures that only some loads have."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: dict
    cpu_seconds: float = 0.0
    more: dict = field(default_factory=dict)


class GeneratorFailed(Exception):
    pass


def wrk(port, path, seconds, connections, tls=False, post_bytes=0):
    scheme = "https" if tls else "http"
    threads = max(1, min(connections, (os.cpu_count() or 1) // 4))
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s"]
    command += ["-s", str(HERE / "report.lua"), f"{scheme}://{HOST}:{port}{path}"]
    return run(command + (["--", str(post_bytes)] if post_bytes else []), seconds)


def own(kind, port, seconds, connections, **options):
    command = [PYTHON, str(HERE / "load"), kind, f"--port={port}", f"--seconds={seconds}", f"--connections={connections}"]
    return run(command + [f"--{name.replace('_', '-')}={value}" for name, value in options.items()], seconds)


def run(command, seconds):
    """Its CPU time is that of this one child, whatever else of ours ends meanwhile."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        text = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        process.stdout.close()
        if process.returncode is None:
            process.kill()
            process.wait()
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if process.returncode != 0 or not lines:
        raise GeneratorFailed(f"{Path(command[0]).name} after {seconds} s: {text.strip().splitlines()[-1:]}")
    return parsed(json.loads(lines[-1]), used.ru_utime + used.ru_stime)


def parsed(figures, cpu_seconds):
    known = {"requests", "seconds", "p50_us", "p99_us", "errors"}
    return Load(
        requests=figures["requests"],
        seconds=figures["seconds"],
        p50_ms=figures["p50_us"] / 1e3,
        p99_ms=figures["p99_us"] / 1e3,
        errors={kind: count for kind, count in figures["errors"].items() if count},
        cpu_seconds=cpu_seconds,
        more={name: value for name, value in figures.items() if name not in known},
    )


@contextmanager
def idle_connections(port, count, path="/"):
    """So many keep-alive connections, each of which has had one answer. Yields what tells how many the server has closed."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n".encode()
    sockets = []
    try:
        for _ in range(count):
            connection = socket.create_connection((HOST, port), TIMEOUT_SECONDS)
            sockets.append(connection)
            connection.sendall(request)
            if not connection.recv(65536).startswith(b"HTTP/1.1 200"):
                raise GeneratorFailed("an idle connection was not answered 200")
            connection.setblocking(False)
        yield lambda: sum(is_closed(connection) for connection in sockets)
    finally:
        for connection in sockets:
            connection.close()


def is_closed(connection):
    try:
        return not connection.recv(65536, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def fetch(port, path, tls=False, post_bytes=0):
    """Status and body of one request on a connection of its own."""
    if tls:
        connection = http.client.HTTPSConnection(HOST, port, timeout=5, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("POST" if post_bytes else "GET", path, b"x" * post_bytes if post_bytes else None)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def say(text):
    print(text, file=sys.stderr, flush=True)
