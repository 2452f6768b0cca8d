"""The servers under measurement: their command lines, and their lives from start to certain end."""

import os
import shlex
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import processes
from generators import HERE, HOST, PYTHON, fetch, say

APPS = HERE / "apps"
CORRAL, GUNICORN, UVICORN, NGINX = "corral", "gunicorn", "uvicorn", "nginx"
# In the environment of all that is started, so that whatever left the tree is found, and nothing of another run.
MARK = "CORRAL_BENCH_SERVER"
KEEPALIVE_SECONDS = 75
START_SECONDS, STOP_SECONDS, LINGER_SECONDS = 60, 8, 1

NGINX_CONFIG = """\
daemon off; pid {folder}/nginx.pid; error_log {folder}/log; {user}
worker_processes {workers};
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_timeout {keepalive}; keepalive_requests 1000000000;
    server {{ listen {host}:{port}; location /sent {{ alias {files}; }} location /plain {{ alias {files}; }} }}
}}
"""


@dataclass(frozen=True)
class Setup:
    """What a scenario wants of each server."""

    app: str
    workers: int = 2
    threads: int = 0  # more than 0: a WSGI application
    tls: bool = False


@dataclass(frozen=True)
class Place:
    """What the servers of one scenario share: a folder for theirs, the files to serve and the certificate."""

    folder: Path
    files: Path
    certfile: Path
    keyfile: Path


class ServerFailed(Exception):
    pass


def gunicorn_command(setup, place, port):
    command = [PYTHON, "-m", "gunicorn", setup.app, f"--bind={HOST}:{port}", f"--workers={setup.workers}", "--timeout=120"]
    command += [f"--keep-alive={KEEPALIVE_SECONDS}", f"--pythonpath={APPS}"]
    command += ["-k", "gthread", f"--threads={setup.threads}"] if setup.threads else ["-k", "uvicorn.workers.UvicornWorker"]
    return command + ([f"--certfile={place.certfile}", f"--keyfile={place.keyfile}"] if setup.tls else [])


def uvicorn_command(setup, place, port):
    command = [PYTHON, "-m", "uvicorn", setup.app, f"--host={HOST}", f"--port={port}", f"--workers={setup.workers}"]
    command += ["--loop=uvloop", "--http=httptools", "--ws=websockets", "--no-access-log", "--log-level=warning"]
    command += [f"--timeout-keep-alive={KEEPALIVE_SECONDS}", f"--app-dir={APPS}"]
    return command + ([f"--ssl-certfile={place.certfile}", f"--ssl-keyfile={place.keyfile}"] if setup.tls else [])


def corral_command(setup, place, port):
    """Without what comes before: the program and its subcommand."""
    command = [setup.app, f"--workers={setup.workers}", f"--bind={HOST}:{port}", f"--python={PYTHON}", f"--app-dir={APPS}"]
    command += [f"--keepalive={KEEPALIVE_SECONDS}", "--access-log=", "--log-level=warning"]
    command += ["--interface=wsgi", f"--threads={setup.threads}"] if setup.threads else []
    return command + ([f"--certfile={place.certfile}", f"--keyfile={place.keyfile}"] if setup.tls else [])


def nginx_command(setup, place, port):
    folder = place.folder / NGINX
    user = "user root;" if os.geteuid() == 0 else ""
    values = {"workers": setup.workers, "keepalive": KEEPALIVE_SECONDS, "host": HOST, "port": port, "files": place.files}
    (folder / "nginx.conf").write_text(NGINX_CONFIG.format(folder=folder, user=user, **values))
    return ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]


class Server:
    """One server of one scenario; `start` it, and `stop` it in any case."""

    started = 0

    def __init__(self, name, setup, place, corral):
        self.name, self.setup, self.place, self.corral = name, setup, place, corral
        self.process, self.port, self.mark = None, free_port(), None
        self.folder = place.folder / name
        self.folder.mkdir()

    def command(self):
        if self.name == CORRAL:
            return shlex.split(self.corral) + corral_command(self.setup, self.place, self.port)
        make = {GUNICORN: gunicorn_command, UVICORN: uvicorn_command, NGINX: nginx_command}[self.name]
        return make(self.setup, self.place, self.port)

    def start(self):
        Server.started += 1
        self.mark = f"{os.getpid()}-{Server.started}"
        environment = {**os.environ, MARK: self.mark, "BENCH_FILES": str(self.place.files), "PYTHONDONTWRITEBYTECODE": "1"}
        with open(self.folder / "log", "ab") as log:
            try:
                self.process = subprocess.Popen(
                    self.command(),
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            except OSError as error:
                raise ServerFailed(f"{self.name} cannot be started: {error}") from error

    def wait(self, probe):
        """Until it answers 200, and then what the scenario expects."""
        deadline = time.monotonic() + START_SECONDS
        problem = ""
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerFailed(f"{self.name} ended with status {self.process.returncode}: {self.last_words()}")
            try:
                status, body = fetch(self.port, probe.path, self.setup.tls, probe.post_bytes)
                if status == 200 and probe.accepts(body):
                    return
                problem = f"{probe.path} answers {status} with {len(body)} bytes: {body[:60]!r}"
            except (OSError, ValueError) as error:
                problem = str(error)
            time.sleep(0.1)
        raise ServerFailed(f"{self.name} did not answer rightly in {START_SECONDS} s: {problem}; {self.last_words()}")

    def last_words(self):
        """The end of its log, and before it the last line that speaks of an error."""
        lines = [line.strip() for line in (self.folder / "log").read_text(errors="replace").split("\n") if line.strip()]
        wrong = [line for line in lines[:-1] if "rror" in line or "xception" in line][-1:]
        return " | ".join(line[:200] for line in wrong + lines[-1:]) or "its log is empty"

    def pids(self):
        """Those below it, and those that carry its mark although they left."""
        return sorted(set(processes.tree(self.process.pid)) | set(self.marked()))

    def marked(self):
        return processes.with_environment(f"{MARK}={self.mark}")

    def lingering(self):
        """Those that still live a moment after the first process has ended."""
        deadline = time.monotonic() + LINGER_SECONDS
        while self.marked() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.marked()

    def usage(self):
        return processes.usage(self.pids(), self.role)

    def role(self, pid, command):
        if self.name == CORRAL:
            if "/lib/worker" in command:
                return "worker"
            return "front" if "--worker-socket" in command else "daemon"
        if "resource_tracker" in command:
            return "other"
        return "daemon" if pid == self.process.pid and self.setup.workers + self.is_forking() > 1 else "worker"

    def is_forking(self):
        """Whether it has a parent process even for a single worker."""
        return self.name != UVICORN

    def front(self):
        """The pid of corral's front, or None."""
        if self.name != CORRAL:
            return None
        return next((pid for pid in self.pids() if self.role(pid, processes.command_line(pid)) == "front"), None)

    def stop(self):
        """In good order if it can; nothing of it lives afterwards."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not end within {STOP_SECONDS} s of SIGTERM and is killed")
        else:
            left = self.lingering()
            if left:
                say(f"{self.name} left over: {'; '.join(processes.command_line(pid)[:80] for pid in left)}")
        kill(lambda: os.killpg(self.process.pid, signal.SIGKILL))
        for pid in self.marked():
            kill(lambda pid=pid: os.kill(pid, signal.SIGKILL))
        self.process.wait()
        self.process = None


def kill(action):
    try:
        action()
    except ProcessLookupError:
        pass


def free_port():
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        return bound.getsockname()[1]
