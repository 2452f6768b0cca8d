"""A supervisor daemon under measurement: started on a configuration, watched through /proc, and always ended."""

import http.client
import os
import pathlib
import signal
import socket
import subprocess
import time
import xmlrpc.client

CORRALD_NAME, SUPERVISORD_NAME = "corrald", "supervisord"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# In the environment of everything that is started, so that whatever is left over can be found, and nothing of another run.
MARK = "CORRAL_BENCH_SIDE"

CONFIG = """\
[unix_http_server]
file=%(here)s/daemon.sock
[supervisord]
logfile=%(here)s/daemon.log
pidfile=%(here)s/daemon.pid
childlogdir=%(here)s
minfds=4096
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/daemon.sock
"""


def program(name, command, extra=""):
    """A section of the configuration."""
    return f"[program:{name}]\ncommand={command}\n{extra}\n"


def wait_for(condition, what, seconds=120.0, pause=0.02):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)


class UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.path)
        return connection


class Side:
    """One of the two daemons. Each start makes a folder of its own under the given one, unless it exists."""

    def __init__(self, name, daemon, ctl, is_ours):
        self.name, self.daemon, self.ctl_command, self.is_ours = name, daemon, ctl, is_ours
        self.mark = f"{name} of {os.getpid()}"
        self.folder = self.process = self.pid = None

    def launch(self, work, programs, foreground=True):
        """Starts the daemon and returns at once."""
        self.folder = pathlib.Path(work, self.name)
        self.folder.mkdir(exist_ok=True)
        (self.folder / "config").write_text(CONFIG + programs)
        options = ["-n"] if foreground else []
        self.process = subprocess.Popen(
            [self.daemon, *options, "-c", str(self.folder / "config")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, MARK: self.mark},
            start_new_session=True,
        )
        self.pid = self.process.pid if foreground else None

    def start(self, work, programs):
        """Starts the daemon and waits until it answers."""
        self.launch(work, programs)
        wait_for(self.answers, f"{self.name} to answer")

    def answers(self):
        if self.process.poll() is not None:
            raise OSError(f"{self.name} ended with status {self.process.returncode}, see {self.folder}")
        try:
            return self.rpc().supervisor.getState()["statename"] == "RUNNING"
        except (OSError, http.client.HTTPException):
            return False

    def rpc(self):
        return xmlrpc.client.ServerProxy("http://localhost/RPC2", UnixTransport(str(self.folder / "daemon.sock")))

    def count_running(self):
        return sum(info["statename"] == "RUNNING" for info in self.rpc().supervisor.getAllProcessInfo())

    def wait_running(self, count):
        wait_for(lambda: self.count_running() == count, f"{count} programs of {self.name}", pause=1)

    def ctl(self, *arguments):
        command = [self.ctl_command, "-c", str(self.folder / "config"), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode != 0:
            raise OSError(f"{self.name} {'lives' if self.alive(self.pid) else 'is dead'}: {arguments[0]} exits {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")

    def lines(self, name):
        path = self.folder / name
        return path.read_text().split() if path.exists() else []

    def bytes_of(self, pattern):
        total = 0
        for path in self.folder.glob(pattern):
            try:
                total += path.stat().st_size
            except FileNotFoundError:  # just rotated away: counted next time
                pass
        return total

    def forget(self, pattern):
        for path in self.folder.glob(pattern):
            path.unlink()

    def ticks(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def cpu_seconds(self):
        return self.ticks() / TICKS_PER_SECOND

    def scheduled_ms(self):
        tasks = pathlib.Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def resident_kb(self):
        """RSS and PSS."""
        rollup = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        fields = {line.split(":")[0]: int(line.split()[1]) for line in rollup[1:]}
        return fields["Rss"], fields["Pss"]

    def stop(self):
        """Ends the daemon in good order."""
        if self.pid is None:
            wait_for(lambda: self.lines("daemon.pid"), f"pidfile of {self.name}")
            self.pid = int(self.lines("daemon.pid")[0])
        os.kill(self.pid, signal.SIGTERM)
        wait_for(self.is_gone, f"the end of {self.name}")
        self.pid = None

    def is_gone(self):
        self.process.poll()
        return not pathlib.Path(f"/proc/{self.pid}/cmdline").exists() or not self.alive(self.pid)

    @staticmethod
    def alive(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def kill_all(self):
        """Whatever carries the mark, daemon first so that it restarts nothing."""
        pids = self.marked()
        if self.pid in pids:
            pids.remove(self.pid)
            pids.insert(0, self.pid)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process is not None:
            self.process.wait()
        self.pid = self.process = None

    def marked(self):
        mark = f"{MARK}={self.mark}".encode()
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except OSError:
                pass
        return found


def corral_side(home):
    return Side(CORRALD_NAME, f"{home}/bin/corrald", f"{home}/bin/corralctl", is_ours=True)


def supervisor_side(name=SUPERVISORD_NAME, is_ours=False):
    return Side(name, "/usr/bin/supervisord", "/usr/bin/supervisorctl", is_ours)
